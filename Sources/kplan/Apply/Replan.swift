import Arm64
import BootInputs
import Capture
import Files
import KexecPlan
import PlanJSON

/// A plan made again from what it records as asked for: the same kernel, initrd and purgatory by their digests, with the
/// memory, the page size and the device tree of a machine as it is. On the machine that it was made for, unchanged, it
/// is the very same plan.
struct Replan {
    let old: Plan
    let plan: Plan
    /// Its inputs, read into memory of this process.
    let files: [InputRole: InputFile]
    /// What this machine says of itself and the old plan's inputs don't: the new plan's inputs, which are in no file that stays.
    var newFiles: [InputFile] { madeHere.filter { old.input($0.input.role) != $0.input } }
    private let madeHere: [InputFile]
    /// What in it may not be what was meant.
    let notes: [String]

    init(
        of file: PlanFile<Plan>, _ inputs: InputOptions, on machine: RunningMachine, allowsOtherBoard: Bool
    ) throws(Failure) {
        old = file.plan
        var files: [InputRole: InputFile] = [:]
        let places = inputs.places(of: file)
        for input in file.plan.inputs where [.kernel, .initrd, .purgatory].contains(input.role) {
            let found = try places.file(input, .reading)
            try Reproduction.check(found, against: input, of: file)
            files[input.role] = found
        }
        // What a capture of the machine says more than its memory map and its tree, another capture says again.
        let isCaptured = file.plan.input(.machine) != nil
        if !isCaptured || inputs.dtb != nil || file.plan.input(.dtb) != nil {
            files[.dtb] = try Self.tree(file, inputs, machine, allowsOtherBoard)
        } else {
            try Self.checkBoard(file, try machine.deviceTree(), allowsOtherBoard)
        }
        // Says who may not read its addresses.
        _ = try machine.memory()
        if isCaptured {
            // Of several machines it may be any.
            let capture = try InputFile.capture(of: machine, after: file.plan)
            files[.machine] = capture.named(
                after: file.plan.machines.first { $0.sha256 == capture.input.sha256 }
                    ?? file.plan.input(.machine))
        } else {
            let iomem = try explaining(machine.iomem) { try PrivateBytes(reading: machine.iomem) }
            files[.memoryMap] = InputFile(
                .read(iomem), role: .memoryMap, path: machine.iomem, name: "iomem"
            ).named(after: file.plan.input(.memoryMap))
        }
        let usesMachineTree = inputs.dtb == nil && !(isCaptured && file.plan.input(.dtb) != nil)
        madeHere = [usesMachineTree ? files[.dtb] : nil, files[.memoryMap], files[.machine]].compactMap(
            \.self)
        guard let kernel = files[.kernel], let purgatory = files[.purgatory],
            let machineInputs = try MachineInputs(files)
        else { throw Failure("\(file.path): names no kernel or no purgatory") }
        self.files = files
        var options = Make.Options(
            recordedIn: file.plan,
            // Larger pages than the kernel's are as good, smaller ones it doesn't take.
            pageSize: max(file.plan.machine.pageSize, machine.pageSize))
        // What is given is no longer the machine's own.
        options.takesLiveTree = options.takesLiveTree && files[.dtb] == nil
        let make = Make(
            kernel: kernel, initrd: files[.initrd], machine: machineInputs, purgatory: purgatory,
            options: options)
        plan = try make.plan()
        notes = try make.notes(on: plan)
    }

    private static func checkBoard(
        _ file: PlanFile<Plan>, _ running: DeviceTree, _ allowsOtherBoard: Bool
    ) throws(Failure) {
        let identity = DeviceTreeIdentity(of: running)
        let all = file.plan.machine.deviceTrees
        if let planned = all.first, !allowsOtherBoard, !all.contains(where: { $0.isSameBoard(as: identity) })
        {
            let finding = Messages.text(
                Staleness.otherBoard(planned: planned.compatible, running: identity.compatible))
            throw Failure("\(file.path): \(finding) (--allow-other-board lets it)", status: .no)
        }
    }

    /// The device tree: what is given, or the machine's own where the plan was made with it. Another tree than the
    /// machine's is a choice, which can't be made again without asking.
    private static func tree(
        _ file: PlanFile<Plan>, _ inputs: InputOptions, _ machine: RunningMachine, _ allowsOtherBoard: Bool
    ) throws(Failure) -> InputFile {
        let running = try machine.deviceTree()
        try checkBoard(file, running, allowsOtherBoard)
        if let path = inputs.dtb {
            let given = try InputFile.reading(path, as: .dtb)
            let isOld = given.input.sha256 == file.plan.input(.dtb)?.sha256
            return isOld ? given.named(after: file.plan.input(.dtb)) : given
        }
        if let input = file.plan.input(.dtb), file.plan.input(.machine) != nil {
            // Beside a capture, which has the machine's own, it was chosen.
            let chosen = try inputs.places(of: file).file(input, .reading)
            try Reproduction.check(chosen, against: input, of: file)
            return chosen
        }
        guard DeviceTreeIdentity(of: running) == file.plan.machine.deviceTree else {
            throw Failure(
                """
                \(file.path): was made with another device tree than this machine's; say which the new plan is to have: \
                this machine's, --dtb /sys/firmware/fdt, or the plan's, --dtb FILE
                """, status: .no)
        }
        let bytes = try explaining(machine.deviceTreePath) {
            try PrivateBytes(reading: machine.deviceTreePath)
        }
        return InputFile(.read(bytes), role: .dtb, path: machine.deviceTreePath, name: "fdt")
            .named(after: file.plan.input(.dtb))
    }
}

extension InputFile {
    /// The same file, under the name of an input of a plan that is made again: that very name where it is that input, else
    /// one with the first digits of its own digest, which no other file has.
    fileprivate func named(after old: Input?) -> InputFile {
        guard let old else { return self }
        if input.sha256 == old.sha256 { return named(old.name) }
        let name = old.name.lastPathComponent
        let dot = name.dropFirst().lastIndex(of: ".") ?? name.endIndex
        var stem = name[..<dot]
        let mark = "-" + old.sha256.hex.prefix(8)
        if stem.hasSuffix(mark) { stem = stem.dropLast(mark.count) }
        return named("\(stem)-\(input.sha256.hex.prefix(8))\(name[dot...])")
    }
}

extension MachineCapture {
    /// Adds the interrupt controller's tables that an older plan knew, where this machine's log has lost some: they never move
    /// within a boot. Those of another boot cost a little room. With EFI they are in /proc/iomem, for good.
    fileprivate mutating func keepInterruptTables(of plan: Plan) {
        guard !interrupts.isComplete, !firmware.usesEFI else { return }
        let kept = plan.machine.memory.interruptTables.filter { !interrupts.tables.contains($0) }
        interrupts.tables = (interrupts.tables + kept)
            .sorted { ($0.range.start, $0.range.end) < ($1.range.start, $1.range.end) }
    }
}

extension InputFile {
    /// A machine's capture, made now.
    /// - Parameter plan: an older one, whose tables of the interrupt controller count.
    static func capture(of machine: RunningMachine, after plan: Plan? = nil, name: String? = nil)
        throws(Failure) -> InputFile
    {
        let root = machine.root
        var capture = try explaining("this machine can't be captured") { try MachineCapture(root: root) }
        if let plan { capture.keepInterruptTables(of: plan) }
        return InputFile(
            .builtin(MachineJSON.encode(capture)), role: .machine, path: "this machine's capture",
            name: name ?? "machine.json")
    }
}
