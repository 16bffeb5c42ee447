import Arm64
import BootInputs
import Crypto
import Emitter
import Emulation
import Emulator
import KexecPlan
import Planner
import Purgatory
import TestSupport
import Testing

/// A small plan with its bytes, and the emulated machine that runs it.
struct PlannedMachine {
    var plan: Plan
    var segments: [EmittedSegment]
    /// The content of every segment, as kexec_load gets it.
    var contents: [SegmentRole: [UInt8]]
    /// The inputs, as the emitter reads them.
    let read: Emitter.InputReader
    private let object: RelocatableObject

    /// What a plan is made from.
    struct Sizes {
        var ram: UInt64 = 0x4000_0000
        var granule: Granule = .granule4K
        var kernel = 300_001
        var initrd = 100_003
        var seeds: SeedPolicy = .none
        var pageSize: UInt64 = 64 << 10
    }

    init(_ sizes: Sizes = Sizes(), purgatory: [UInt8] = purgatoryObject) throws {
        let random = SplitMix64(seed: 42)
        func bytes(_ count: Int) -> [UInt8] {
            var random = random
            return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        }
        let files: [InputRole: [UInt8]] = [
            .kernel: bytes(sizes.kernel), .initrd: bytes(sizes.initrd), .dtb: try Fixture.fdt("2g-el1"),
            .purgatory: purgatory, .memoryMap: [],
        ]
        let inputs = files.keys.sorted { $0.rawValue < $1.rawValue }.map { role in
            Input(
                role: role, name: role.rawValue, size: UInt64(files[role]?.count ?? 0),
                sha256: SHA256Digest(bytes: SHA256.hash(data: files[role] ?? [])) ?? .zero)
        }
        let object = try RelocatableObject(elf: purgatory)
        self.object = object
        let deviceTree = try DeviceTree(files[.dtb] ?? [])
        let edits = DeviceTreePlan(
            edits: deviceTree.kexecEdits(
                commandLine: "quiet", initrd: (start: 0, end: 0), seeds: sizes.seeds,
                hasReport: PurgatoryContract.reports(object)))
        let draft = try deviceTree.edited(by: edits)
        let slots = try #require(draft.runtimeSlots(of: edits.edits))
        let ram = try #require(AddressRange(start: PhysicalAddress(sizes.ram), size: 256 << 20))
        read = { role, body in files[role]?.withUnsafeBytes(body) }
        let imageSize = try #require(UInt64(sizes.kernel + 200_000).alignedUp(to: 64 << 10))
        let unsealed = try Planner.plan(
            PlanningInputs(
                request: Request(
                    commandLine: "quiet",
                    console: KexecPlan.Console(kind: .pl011, address: PhysicalAddress(0x900_0000)),
                    granule: sizes.granule, seeds: sizes.seeds, memoryWindow: nil),
                inputs: inputs,
                machine: Machine(
                    pageSize: sizes.pageSize,
                    memory: MemoryMap(ram: [.init(range: ram, kind: "System RAM")], reserved: [])),
                kernel: KernelImage(
                    textOffset: 0, imageSize: imageSize, pageSize: .pages4K, placement: .anywhere),
                deviceTree: .init(changes: edits, size: UInt64(draft.bytes.count), runtimeSlots: slots),
                purgatory: object))
        segments = try Emitter.emit(
            unsealed,
            from: Emitter.Sources(
                deviceTree: try deviceTree.edited(by: unsealed.deviceTree).bytes, purgatory: object),
            reading: read)
        plan = Emitter.seal(unsealed, with: segments)
        #expect(plan.violations() == [])
        contents = [:]
        for segment in segments {
            switch segment.content {
            case .bytes(let bytes): contents[segment.role] = bytes
            case .input(let role): contents[segment.role] = files[role]
            }
        }
    }

    /// The physical address of one of purgatory's symbols.
    func address(_ symbol: String) throws -> UInt64 {
        let found = try #require(object.symbol(named: symbol))
        guard case .section(let index) = found.place,
            let section = plan.purgatory.sections.first(where: { $0.index == index })
        else { throw EmulationSetupError.noSuchSymbol(symbol) }
        return section.address.rawValue + found.value
    }

    enum EmulationSetupError: Error { case noSuchSymbol(String) }

    func segment(_ role: SegmentRole) throws -> Segment {
        try #require(plan.segment(role))
    }

    /// Where purgatory reports to the next kernel.
    func report() throws -> AddressRange {
        let slot = try #require(plan.runtimeSlots.first { $0.fill == .report })
        let start = try #require(try segment(.dtb).address.advanced(by: slot.offset))
        return try #require(AddressRange(start: start, size: slot.length))
    }

    /// The machine, before purgatory's first instruction.
    func machine(
        _ level: EmulatedMachine.ExceptionLevel, cpu: EmulatedMachine.CPU = .max
    ) -> EmulatedMachine {
        var machine = EmulatedMachine(
            cpu: cpu, level: level,
            segments: plan.segments.map { segment in
                .init(
                    address: segment.address.rawValue, memorySize: segment.memorySize,
                    content: contents[segment.role] ?? [])
            })
        machine.console = .pl011(at: 0x900_0000)
        machine.deliversExceptions = true
        return machine
    }

    /// Runs up to the kernel's first instruction, or to where purgatory stops.
    func run(_ machine: EmulatedMachine, limit: RunLimit = RunLimit()) throws -> Outcome {
        try machine.run(
            entry: plan.entry.rawValue, stopAt: [try segment(.kernel).address.rawValue],
            haltAt: plan.purgatory.contract == .kexecTools
                ? [] : [try address("purgatory_halt"), try address("purgatory_exception_halt")],
            limit: limit)
    }

    /// Sets a 64-bit symbol of purgatory anew, and its digest of itself with it.
    mutating func set(_ symbol: String, to value: UInt64) throws {
        let base = try segment(.purgatory).address.rawValue
        var content = try #require(contents[.purgatory])
        let offset = Int(try address(symbol) - base)
        content = content.patched(value, at: offset)
        let digest = Int(try address(PurgatoryContract.ownDigest) - base)
        content.replaceSubrange(digest..<digest + 32, with: [UInt8](repeating: 0, count: 32))
        content.replaceSubrange(digest..<digest + 32, with: Array(SHA256.hash(data: content)))
        contents[.purgatory] = content
    }
}
