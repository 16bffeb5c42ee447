import Arm64
import KexecPlan

/// Makes the exact bytes of a plan's segments.
public enum Emitter {
    /// What is generated from, beside the plan itself.
    public struct Sources: Sendable {
        /// The device tree, with the plan's edits made.
        public var deviceTree: [UInt8]
        /// Purgatory's object.
        public var purgatory: RelocatableObject

        /// Makes it from its parts.
        public init(deviceTree: [UInt8], purgatory: RelocatableObject) {
            self.deviceTree = deviceTree
            self.purgatory = purgatory
        }
    }

    /// The plan's segments, in its order. Kernel and initrd are their input files; their digests are those that
    /// the plan has for these. The others are generated, and their digests computed: the plan's are not looked at.
    ///
    /// What the plan says of purgatory has to be what follows from its object and the places of its sections.
    ///
    /// - Parameter read: reads the kernel and the initrd; needed for kexec-tools' contract, whose purgatory has one
    ///   digest of everything.
    public static func emit(
        _ plan: Plan, from sources: Sources, reading read: InputReader? = nil
    ) throws(EmitterError) -> [EmittedSegment] {
        var emitted: [EmittedSegment] = []
        for segment in plan.checkedSegments {
            switch segment.role {
            case .kernel: emitted.append(try file(segment, .kernel, of: plan))
            case .initrd: emitted.append(try file(segment, .initrd, of: plan))
            case .dtb: emitted.append(try generated(segment, sources.deviceTree))
            case .pageTables: emitted.append(try generated(segment, try pageTables(of: plan)))
            case .purgatory: break
            }
        }
        guard let segment = plan.segment(.purgatory) else { throw .missing(.purgatory) }
        try checkPurgatory(of: plan, in: segment, against: sources.purgatory)
        let purgatory = try purgatoryContent(
            of: plan.purgatory, in: segment, object: sources.purgatory, checked: emitted,
            reading: read)
        emitted.append(try generated(segment, purgatory))
        return emitted.sorted { $0.address < $1.address }
    }

    /// The plan with the digests of what was emitted.
    public static func seal(_ plan: Plan, with emitted: [EmittedSegment]) -> Plan {
        var plan = plan
        for index in plan.segments.indices {
            let role = plan.segments[index].role
            guard let segment = emitted.first(where: { $0.role == role }) else { continue }
            plan.segments[index].sha256 = segment.sha256
        }
        return plan
    }

    private static func file(
        _ segment: Segment, _ role: InputRole, of plan: Plan
    ) throws(EmitterError) -> EmittedSegment {
        guard let input = plan.input(role) else { throw .missing(segment.role) }
        guard input.size == segment.contentSize else {
            throw .wrongSize(segment.role, size: input.size, planned: segment.contentSize)
        }
        return EmittedSegment(segment, content: .input(role), sha256: input.sha256)
    }

    private static func generated(_ segment: Segment, _ bytes: [UInt8]) throws(EmitterError) -> EmittedSegment
    {
        guard bytes.count == segment.contentSize else {
            throw .wrongSize(segment.role, size: UInt64(bytes.count), planned: segment.contentSize)
        }
        return EmittedSegment(segment, content: .bytes(bytes), sha256: SHA256Digest(hashing: bytes))
    }

    /// The content of the page tables' segment, which follows from the plan alone.
    public static func pageTables(of plan: Plan) throws(EmitterError) -> [UInt8] {
        guard let planned = plan.pageTables, let segment = plan.segment(.pageTables) else {
            throw .missing(.pageTables)
        }
        let regions = planned.mappings.map {
            IdentityRegion(range: $0.range, memory: $0.memory, access: $0.access)
        }
        let tables: TranslationTables
        do {
            tables = try TranslationTables(
                granule: planned.granule, regions: regions,
                fewestAddressBits: plan.purgatory.contract.fewestAddressBits)
        } catch {
            throw .pageTables(error)
        }
        // Before there is memory for them: an edited plan may map anything.
        guard tables.size == segment.contentSize else {
            throw .wrongSize(.pageTables, size: tables.size, planned: segment.contentSize)
        }
        do {
            return try tables.bytes(root: planned.root)
        } catch {
            throw .pageTables(error)
        }
    }
}

extension EmittedSegment {
    init(_ segment: Segment, content: Content, sha256: SHA256Digest) {
        self.init(
            role: segment.role, address: segment.address, memorySize: segment.memorySize,
            contentSize: segment.contentSize, content: content, sha256: sha256)
    }
}
