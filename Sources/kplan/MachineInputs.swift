import Arm64
import BootInputs
import KexecPlan
import PlanJSON

/// The machine that a plan is for, by its inputs: a device tree and a memory map, or a capture, which has both; a
/// device tree beside it stands in for its own.
struct MachineInputs {
    /// The inputs, in the order of a plan.
    let files: [InputFile]
    private let capture: MachineCapture?
    /// The capture's own device tree; nil where it has none that can be read.
    let ownTree: DeviceTree?

    /// Nil where the files have neither a device tree nor a capture.
    /// - Parameters:
    ///   - files: the inputs of a plan, by role.
    ///   - known: a tree that was read before, and isn't read again where it is the capture's own.
    init?(_ files: [InputRole: InputFile], known: DeviceTree? = nil) throws(Failure) {
        self.files = [InputRole.dtb, .memoryMap, .machine].compactMap { files[$0] }
        guard files[.dtb] != nil || files[.machine] != nil else { return nil }
        capture = try files[.machine].map { file throws(Failure) in try Self.capture(file) }
        ownTree = capture?.deviceTree.flatMap { $0 == known?.bytes ? known : try? DeviceTree($0) }
    }

    private static func capture(_ file: InputFile) throws(Failure) -> MachineCapture {
        let bytes = try file.bytes(limit: MachineJSON.maximumSize)
        let path = Messages.printable(file.path)
        let capture: MachineCapture
        do throws(PlanDecodingError) {
            capture = try MachineJSON.decode(bytes)
        } catch {
            if (try? PlanJSON.decode(bytes)) != nil { throw Failure("\(path): \(Messages.planIsNoCapture)") }
            throw Failure("\(path): \(Messages.text(error, of: "capture"))")
        }
        guard capture.architecture == .arm64 else {
            throw Failure(
                "\(path): is of an \(capture.architecture.rawValue) machine; kexec_load is planned for arm64 alone"
            )
        }
        return capture
    }

    private func file(_ role: InputRole) -> InputFile? { files.first { $0.input.role == role } }

    /// What messages call the file with the device tree.
    var treePath: String { (file(.dtb) ?? file(.machine))?.path ?? "" }
    /// What messages call the file with the memory map.
    var memoryPath: String { (file(.machine) ?? file(.memoryMap))?.path ?? "" }

    /// The device tree.
    func deviceTree() throws(Failure) -> DeviceTree {
        if let dtb = file(.dtb) {
            return try explaining(dtb.path) { try DeviceTree(try dtb.bytes()) }
        }
        let path = Messages.printable(treePath)
        guard let capture, let bytes = capture.deviceTree else {
            throw Failure("\(path): has no device tree\(why("device_tree")): give one with --dtb FILE")
        }
        let masked = (capture.redacted ?? []).filter { $0.hasPrefix("device_tree:") }
        guard masked.isEmpty else {
            let places = masked.map { Messages.printable(String($0.dropFirst("device_tree:".count))) }
            throw Failure(
                """
                \(path): was made with --redact, and the next kernel would get what is masked in its device tree: \
                \(places.joined(separator: ", ")). Capture without --redact, or give the machine's tree with --dtb FILE
                """)
        }
        if let ownTree { return ownTree }
        return try explaining(treePath) { try DeviceTree(bytes) }
    }

    /// What tells the machine from others: its own tree, if a capture has it, else the one that is given.
    func identity() throws(Failure) -> DeviceTreeIdentity {
        if let ownTree { return DeviceTreeIdentity(of: ownTree) }
        return DeviceTreeIdentity(of: try deviceTree())
    }

    /// The lines of /proc/iomem.
    func resources() throws(Failure) -> [MemoryResource] {
        guard let capture else {
            guard let map = file(.memoryMap) else { return [] }
            return try explaining(map.path) { try [MemoryResource](iomem: try map.bytes()) }
        }
        guard let memory = capture.memory else {
            throw Failure(
                """
                \(Messages.printable(memoryPath)): has no memory map\(why("memory_map")): run kplan capture as root
                """)
        }
        return memory
    }

    /// The memory, without what is taken of it for the next kernel, which goes by `tree`.
    func memory(for tree: DeviceTreeMemory) throws(Failure) -> MemoryMap {
        let resources = try resources()
        let memory = try explaining(memoryPath) { try MemoryMap(resources) }
        return try explaining(treePath) {
            try memory.avoiding(capture?.interrupts.tables ?? []).restricted(by: tree)
        }
    }

    /// What is to be said of the page size of a kernel; nil without a capture, which has the CPUs.
    func pages(of kernel: KernelImage) -> KernelPages? {
        capture.flatMap { capture in
            KernelPages(
                of: kernel, runningPageSize: capture.kernel.pageSize ?? 0,
                capture.processors.models.map { $0.mainID ?? 0 })
        }
    }

    /// What is said of a kernel's page size on this machine.
    func pagesText(of kernelPath: String, _ text: (String) -> String) -> String {
        "\(Messages.printable(kernelPath)): \(text("the CPU of \(Messages.printable(memoryPath))"))"
    }

    /// The RAM of `tree` that the memory map knows nothing of. The next kernel would use it, so it has to be there: by the
    /// machine's own tree, or since its kernel was told to use less; it is a failure else.
    func unknownRAM(of tree: DeviceTreeMemory) throws(Failure) -> AddressRangeSet {
        let resources = try resources()
        let unknown = try explaining(treePath) { try tree.ram(unknownTo: resources) }
        guard !unknown.isEmpty else { return unknown }
        let own = ((try? ownTree?.memory) ?? nil).map { AddressRangeSet($0) }
        let missing = own.map { unknown.subtracting($0) } ?? (tree.isLimited ? AddressRangeSet() : unknown)
        guard missing.isEmpty else { throw Failure(Messages.text(missingRAM: missing, treePath, memoryPath)) }
        return unknown
    }

    /// Fails where segments would be no whole pages of the captured kernel.
    func checkPageSize(_ pageSize: UInt64) throws(Failure) {
        guard let own = capture?.kernel.pageSize, own > pageSize else { return }
        throw Failure(
            """
            \(Messages.printable(memoryPath)): its kernel has pages of \(own.humanSize), of which segments of \
            \(pageSize.humanSize) are no multiples: use --page-size \
            \(ByteCount(value: own).defaultValueDescription)
            """)
    }

    /// What in a plan for this machine may not be what was meant.
    func notes(on plan: Plan) throws(Failure) -> [String] {
        try notes(granule: plan.pageTables?.granule, DeviceTreeMemory(of: try deviceTree())).map(\.text)
    }

    /// What a note is about.
    enum NoteKind: Int, CaseIterable {
        case unusedRAM
        case avoidedTables
        case unknownTables
        case granule
        case kernelPages
    }

    /// The same by what they are about.
    /// - Parameters:
    ///   - granule: that of the page tables; nil where there are none.
    ///   - tree: the memory of the device tree that the next kernel gets.
    func notes(
        granule: Granule?, _ tree: DeviceTreeMemory
    ) throws(Failure) -> [(kind: NoteKind, text: String)] {
        let unknown = try unknownRAM(of: tree)
        var notes: [(NoteKind, String)] =
            unknown.isEmpty
            ? [] : [(.unusedRAM, Messages.text(unusedRAM: unknown, treePath, memoryPath))]
        guard let capture else {
            if !tree.isLeftToUEFI, try deviceTree().hasITS {
                notes.append((.unknownTables, Messages.tablesUnknown(treePath)))
            }
            return notes
        }
        let interrupts = capture.interrupts
        if !interrupts.tables.isEmpty {
            notes.append((.avoidedTables, Messages.text(avoiding: interrupts.tables, in: memoryPath)))
        }
        if !interrupts.isComplete, interrupts.hasITS == true, !capture.firmware.usesEFI,
            !tree.isLeftToUEFI
        {
            notes.append((.unknownTables, Messages.tablesUnknown(memoryPath)))
        }
        if let granule {
            let lacking = capture.processors.models.filter { $0.granules?.contains(granule) == false }
            if !lacking.isEmpty {
                notes.append(
                    (.granule, Messages.text(lacking: granule, lacking.compactMap(\.name), in: memoryPath)))
            }
        }
        return notes
    }

    /// Why the capture has nothing at a place, in parentheses.
    private func why(_ what: String) -> String {
        guard let entry = capture?.unreadable.first(where: { $0.what == what }) else { return "" }
        return " (\(Messages.text(entry)))"
    }
}
