import Arm64
import BootInputs
import Emulation
import Files
import KexecPlan
import PlanJSON

/// What is run: a plan's segments with their bytes.
struct SimulationSubject {
    /// A segment as it is in memory when purgatory begins.
    struct LoadedSegment {
        let segment: Segment
        let content: SegmentContent
        /// The file that it was read from; nil for what was made.
        var file: HashedFile?

        /// The addresses; nil where they leave 64 bits.
        var range: AddressRange? { segment.range }
    }

    let plan: Plan
    /// Where the running kernel jumps to.
    let entry: UInt64
    /// By rising address.
    let segments: [LoadedSegment]
    /// Purgatory's symbols.
    let symbols: SymbolTable
    /// Addresses of bytes of which bit 0 is flipped, after loading.
    var flippedBytes: [UInt64] = []
    /// What differs from the plan; only a folder's bytes can.
    let differences: [SegmentDifference]

    /// The segments that the plan and its inputs come to.
    init(_ reproduction: Reproduction) throws(Failure) {
        plan = reproduction.plan
        entry = plan.entry.rawValue
        differences = []
        symbols = SymbolTable(plan, object: try Self.object(reproduction.files[.purgatory]))
        var segments: [LoadedSegment] = []
        for emitted in reproduction.segments {
            guard let segment = plan.segment(emitted.role) else { continue }
            let content: SegmentContent
            switch emitted.content {
            case .bytes(let bytes): content = .bytes(HexBytes(bytes))
            case .input(let role):
                guard let file = reproduction.files[role] else { continue }
                content = try Self.content(of: file)
            }
            segments.append(LoadedSegment(segment: segment, content: content))
        }
        self.segments = segments
    }

    /// The segments that are in a folder, as `kplan emit` wrote them or as they have become since.
    init(_ file: PlanFile<Plan>, folder: String, purgatory: InputFile?) throws(Failure) {
        plan = file.plan
        let list = "\(folder)/\(EmitCommand.listName)"
        let content = try explaining(list) {
            try SegmentList.decode(try MappedFile(list).withUnsafeBytes { Array($0) })
        }
        entry = content.entry.rawValue
        var segments: [LoadedSegment] = []
        for (index, listed) in content.segments.enumerated() {
            // As the names of a plan's inputs: files of this folder.
            guard !["", ".", ".."].contains(listed.file),
                !listed.file.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == 0 })
            else { throw Failure(Messages.segmentFile(listed.file, index, list: list)) }
            let role = listed.segment.role
            guard !segments.contains(where: { $0.segment.role == role }) else {
                throw Failure(Messages.segmentRepeated(role, index, list: list))
            }
            let path = "\(folder)/\(listed.file)"
            let file = try HashedFile.mapping(path)
            // Tables and purgatory are looked into.
            let isRead = [.purgatory, .pageTables].contains(role)
            segments.append(
                LoadedSegment(
                    segment: listed.segment,
                    content: isRead
                        ? .bytes(
                            HexBytes(
                                try file.bytes(limit: Verification.generatedLimit, as: role.rawValue)))
                        : try Self.file(path, size: file.size), file: file))
        }
        self.segments = segments.sorted { $0.segment.address < $1.segment.address }
        // Symbols of another object would be wrong names for right addresses.
        let isPlanned = purgatory?.input.sha256 == file.plan.input(.purgatory)?.sha256
        symbols = SymbolTable(file.plan, object: isPlanned ? try Self.object(purgatory) : nil)
        differences = SegmentDifference.all(of: self.segments, entry: content.entry, from: file.plan)
    }

    /// The segment with this role, as it is loaded.
    func segment(_ role: SegmentRole) -> LoadedSegment? { segments.first { $0.segment.role == role } }

    /// The segment that an address is in.
    func segment(at address: UInt64) -> LoadedSegment? {
        segments.first { $0.range?.contains(PhysicalAddress(address)) == true }
    }

    /// The bytes that purgatory hashes: its own contract's are all content; kexec-tools' all but itself, with the zeros.
    var hashedBytes: UInt64 {
        switch plan.purgatory.contract {
        case .kplan: segments.reduce(0) { $0 &+ $1.content.size }
        case .kexecTools:
            segments.filter { $0.segment.role != .purgatory }.reduce(0) { $0 &+ $1.segment.memorySize }
        }
    }

    /// The page tables, to be walked as the plan says; nil where there are none.
    var walker: PageTableWalker? {
        guard let tables = plan.pageTables,
            let geometry = WalkGeometry(
                granule: tables.granule, inputAddressBits: tables.inputAddressBits)
        else { return nil }
        return walker(geometry)
    }

    /// The page tables as bytes in memory, to be walked; nil where there are none.
    func walker(_ geometry: WalkGeometry) -> PageTableWalker? {
        guard let tables = plan.pageTables, let segment = segment(.pageTables),
            case .bytes(let content) = segment.content
        else { return nil }
        var bytes = content.bytes
        for address in flippedBytes {
            let offset = address.subtractingReportingOverflow(segment.segment.address.rawValue)
            guard !offset.overflow, offset.partialValue < bytes.count else { continue }
            bytes[Int(offset.partialValue)] ^= 1
        }
        return PageTableWalker(
            bytes: bytes, base: segment.segment.address, root: tables.root, geometry: geometry)
    }

    private static func object(_ file: InputFile?) throws(Failure) -> RelocatableObject? {
        guard let file else { return nil }
        return try explaining(file.path) { try RelocatableObject(elf: try file.bytes()) }
    }

    /// What of a file, or of a bundle, an input is.
    private static func content(of file: InputFile) throws(Failure) -> SegmentContent {
        guard case .slice(let slice) = file.contents else {
            return try Self.file(file.path, size: file.input.size)
        }
        return try Self.file(slice.path, offset: UInt64(slice.range.lowerBound), size: file.input.size)
    }

    private static func file(
        _ path: String, offset: UInt64 = 0, size: UInt64
    ) throws(Failure) -> SegmentContent {
        guard FileKind.isRegular(path) else {
            throw Failure(
                "\(path): is no regular file, and the emulator has to read it again: copy it to a file")
        }
        return .file(path: path, offset: offset, size: size)
    }
}
