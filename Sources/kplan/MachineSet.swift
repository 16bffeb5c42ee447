import Arm64
import BootInputs
import Emitter
import KexecPlan

/// Several machines that get one plan, by their captures: what is free on all of them, one device tree, one console.
///
/// Captures are read one after the other, and what is kept of each is its digest and its name, whatever its size: ten
/// thousand take as much memory as ten.
struct MachineSet {
    /// What every machine has to be asked.
    struct Question {
        let kernel: KernelImage
        let kernelPath: String
        let options: Make.Options
        /// The device tree for all of them; nil for their own.
        let dtb: InputFile?
    }

    private let question: Question
    private let givenMemory: DeviceTreeMemory?
    /// The captures, with the paths that messages call them by, by number.
    private(set) var machines: [(input: Input, path: String)] = []
    private var numbers: [SHA256Digest: Int] = [:]
    private var lowest: InputFile?
    private var shared: SharedMemory
    private var trees: [SHA256Digest: DeviceTreeIdentity] = [:]
    private var notes: [MachineInputs.NoteKind: FoldedTexts] = [:]
    /// The size of the largest of their trees with a plan's edits, in bytes; where each machine gives its own.
    private(set) var largestTree: UInt64 = 0
    /// What the first of the machines has, and all others have to have.
    private var common: Common?

    /// The tree of the machine before, and the memory that goes with it: machines of a kind often have the very same bytes.
    private var known: (tree: DeviceTree, memory: DeviceTreeMemory)?

    private struct Common {
        let path: String
        let tree: DeviceTree
        /// What must be the same in all trees; empty where each machine gives its own.
        let shared: [UInt8]
        let console: Console?
        let commandLine: String?
    }

    /// A capture, and what the plan is to call it.
    struct Capture {
        let path: String
        let name: String

        init(_ path: String, named name: String? = nil) {
            self.path = path
            self.name = name ?? path.lastPathComponent
        }
    }

    /// The machines of these captures; nil where they are none, or one: captured twice, a machine is still one.
    static func several(
        _ captures: [Capture], kernel: InputFile, dtb: InputFile?, _ options: Make.Options
    ) throws(Failure) -> MachineSet? {
        guard captures.count > 1 else { return nil }
        let image = try explaining(kernel.path) {
            try KernelImage(prefix: kernel.prefix(KernelImage.prefixSize), fileSize: kernel.input.size)
        }
        let set = try MachineSet(
            captures, Question(kernel: image, kernelPath: kernel.path, options: options, dtb: dtb))
        return set.count > 1 ? set : nil
    }

    /// Reads the captures.
    /// - Parameter captures: at least one.
    private init(_ captures: [Capture], _ question: Question) throws(Failure) {
        self.question = question
        shared = SharedMemory(pageSize: max(question.options.pageSize, question.options.granule.size))
        givenMemory = try question.dtb.map { dtb throws(Failure) in
            DeviceTreeMemory(of: try explaining(dtb.path) { try DeviceTree(try dtb.bytes()) })
        }
        for capture in captures {
            try add(try InputFile.mapping(capture.path, as: .machine).named(capture.name))
        }
    }

    /// The machine whose device tree is the plan's, unless one was given: the one with the lowest digest.
    var first: MachineInputs {
        get throws(Failure) {
            guard let lowest, let first = try MachineInputs(files(lowest)) else {
                preconditionFailure("there is a capture")
            }
            return first
        }
    }

    /// The inputs of a plan: captures by rising digest, so that the order in which they were given is nowhere in it.
    var inputs: [Input] {
        (question.dtb.map { [$0.input] } ?? [])
            + machines.map(\.input).sorted { $0.sha256.bytes.lexicographicallyPrecedes($1.sha256.bytes) }
    }

    /// The number of different machines.
    var count: Int { machines.count }

    /// What all have.
    var memory: MemoryMap { shared.memory }

    /// The identities of other device trees than one of them.
    func otherTrees(than own: DeviceTreeIdentity) -> [DeviceTreeIdentity] {
        trees.values.filter { $0 != own }
            .sorted { $0.sha256.bytes.lexicographicallyPrecedes($1.sha256.bytes) }
    }

    private func files(_ capture: InputFile) -> [InputRole: InputFile] {
        var files: [InputRole: InputFile] = [.machine: capture]
        files[.dtb] = question.dtb
        return files
    }

    private mutating func add(_ file: InputFile) throws(Failure) {
        let input = file.input
        guard numbers[input.sha256] == nil else { return keepLowerName(file) }
        guard let machine = try MachineInputs(files(file), known: known?.tree) else {
            preconditionFailure("there is a capture")
        }
        let options = question.options
        try machine.checkPageSize(options.pageSize)
        let tree = if let own = machine.ownTree, givenMemory != nil { own } else { try machine.deviceTree() }
        switch machine.pages(of: question.kernel) {
        case .lacking(let text)?: throw Failure(machine.pagesText(of: question.kernelPath, text))
        case .unknown(let text)?:
            notes[.kernelPages, default: .init()].add(machine.pagesText(of: question.kernelPath, text))
        case nil: break
        }
        let isKnown = known?.tree == tree
        let memory = givenMemory ?? (isKnown ? known?.memory : nil) ?? DeviceTreeMemory(of: tree)
        known = (tree, memory)
        shared.add(try machine.memory(for: memory))
        for note in try machine.notes(granule: options.granule, memory) {
            notes[note.kind, default: .init()].add(note.text)
        }
        if !isKnown {
            if givenMemory == nil { try compare(tree, of: file.path) }
            let identity = DeviceTreeIdentity(of: tree)
            trees[identity.sha256] = identity
        }
        if lowest.map({ input.sha256.bytes.lexicographicallyPrecedes($0.input.sha256.bytes) }) ?? true {
            lowest = file
        }
        numbers[input.sha256] = machines.count
        machines.append((input, file.path))
    }

    /// The same capture under two names has the lower of them.
    private mutating func keepLowerName(_ file: InputFile) {
        guard let number = numbers[file.input.sha256],
            file.input.name.utf8.lexicographicallyPrecedes(machines[number].input.name.utf8)
        else { return }
        machines[number] = (file.input, file.path)
        if lowest?.input.sha256 == file.input.sha256 { lowest = file }
    }

    /// Fails where a machine's own device tree can't be that of the others.
    private mutating func compare(_ tree: DeviceTree, of path: String) throws(Failure) {
        let options = question.options
        if options.takesLiveTree { largestTree = max(largestTree, try editedSize(of: tree, path)) }
        let console = try options.console.console(tree, of: path)
        let commandLine = options.reusesCommandLine ? tree.reusedCommandLine : nil
        let shared = options.takesLiveTree ? [] : tree.sharedBytes
        guard let common else {
            common = Common(
                path: path, tree: tree, shared: shared, console: console, commandLine: commandLine)
            return
        }
        if shared != common.shared {
            let changes = common.tree.sharingChanges(to: tree)
            throw Failure(Messages.text(otherTree: changes, of: path, than: common.path))
        }
        if console != common.console {
            throw Failure(
                Messages.text(otherConsole: console, of: path, than: common.console, of: common.path))
        }
        if commandLine.map({ Array($0.utf8) }) != common.commandLine.map({ Array($0.utf8) }) {
            throw Failure(Messages.text(otherCommandLine: path, than: common.path))
        }
    }

    /// The size of a tree with all that a plan may put into it.
    private func editedSize(of tree: DeviceTree, _ path: String) throws(Failure) -> UInt64 {
        let options = question.options
        let line = [options.reusesCommandLine ? tree.reusedCommandLine : nil, options.commandLine]
        let edits = tree.kexecEdits(
            commandLine: line.compactMap(\.self).joined(separator: " "), initrd: (start: 0, end: 0),
            seeds: options.seeds, hasReport: true, isLive: true)
        return UInt64(
            try explaining(path) { try tree.edited(by: tree.changes(by: edits, isLive: true)) }.bytes.count)
    }

    /// What is to be said of a plan for all of them.
    func notes(on plan: Plan) -> [String] {
        var texts = takings
        for kind in MachineInputs.NoteKind.allCases where kind != .granule || plan.pageTables != nil {
            texts += notes[kind]?.texts ?? []
        }
        return texts
    }

    /// What all have, and who has less than others.
    var takings: [String] {
        let shown = 5
        let memory = memory
        let (pieces, more, moreSize) = shared.takings(limit: shown)
        var texts = [Messages.text(shared: memory, by: count)]
        texts += pieces.map { piece in
            let kinds = memory.reserved.filter { $0.range.overlaps(piece.range) }.map(\.kind)
            return Messages.text(
                piece, of: count, by: machines[piece.machine].path,
                kinds.reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
        }
        if more > 0 { texts.append(Messages.text(moreTaken: more, moreSize)) }
        return texts
    }
}

/// Texts of one kind, of which the first are kept and the others counted.
private struct FoldedTexts {
    private var shown: [String] = []
    private var more: UInt64 = 0

    mutating func add(_ text: String) {
        if shown.count < 3 { shown.append(text) } else { more += 1 }
    }

    var texts: [String] {
        more == 0 ? shown : shown + ["the same is so of \(more.counted("more machine"))"]
    }
}
