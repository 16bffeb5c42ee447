import Arm64
import BootInputs
import KexecPlan

extension KexecCommand {
    /// What is asked for; fails where kplan can't do it, or would have to ignore something that was given for a reason.
    func request() throws(Failure) -> KexecRequest {
        if version { return .version }
        if printCkrSize { return .crashMemory }
        let type: KexecType = actions.contains(.loadPanic) ? .crash : .normal
        // -S goes before everything else; a crash kernel is meant unless -l is given.
        if status { return .status(actions.contains(.load) ? type : .crash) }
        if let refusal { throw Failure(Messages.text(refusal), status: .usage) }
        if actions.contains(.unload) { return .unload(type) }
        if actions.contains(.exec) { return .execute(synchronizes: !noSync) }
        guard let kernel else { throw Failure(Messages.text(KexecRefusal.noKernel), status: .usage) }
        return .load(try order(kernel, type))
    }

    private func order(_ kernel: String, _ type: KexecType) throws(Failure) -> KernelOrder {
        let console = try serial.map { value throws(Failure) in
            guard let argument = ConsoleArgument(argument: value) else {
                throw Failure(Messages.text(noConsole: value, of: "--serial"), status: .usage)
            }
            return argument
        }
        let order = KernelOrder(
            kernel: kernel, type: type, call: call, initrd: initrd, dtb: dtb, commandLine: commandLine,
            reusesCommandLine: reuseCmdline, console: console,
            memoryWindow: AddressRange(from: memMin, through: memMax),
            flags: [noCma ? FileLoadFlag.noCMA : nil, forceDtb ? .forceDTB : nil].compactMap(\.self),
            kind: self.type.flatMap { Self.kinds[$0] }, skipsChecks: noChecks, debug: debug,
            // Of -l and -f the last one counts, as it does in kexec-tools.
            isExecuted: actions.last { [.load, .force].contains($0) } == .force, synchronizes: !noSync)
        if let refusal = refusal(of: order) { throw Failure(Messages.text(refusal), status: .usage) }
        return order
    }

    /// kexec-tools' names of what kplan loads.
    static let kinds: [String: KernelFileKind] = [
        "Image": .arm64Image, "bzImage": .bzImage, "bzImage64": .bzImage,
    ]

    /// What can't be done, whatever is to be loaded.
    private var refusal: KexecRefusal? {
        let isLoading = !Set(actions).isDisjoint(with: [.load, .force])
        if reuseinitrd { return .reusedInitrd }
        if loadPreserveContext || loadJumpBackHelper || entry != nil { return .jumpBack }
        if hotplug { return .hotplug }
        if actions.isEmpty { return .noAction }
        if actions.contains(.unload) {
            if actions.contains(.exec) { return .together("-u", "-e", .nothingLeft) }
            if isLoading { return .together("-u", "-l or -f", .oneAtATime) }
            if let kernel { return .ignoredKernel(kernel, "-u unloads whatever is loaded") }
        } else if actions.contains(.exec) {
            if actions.contains(.loadPanic) { return .together("-e", "-p", .startsAfterPanic) }
            if let kernel {
                return .ignoredKernel(kernel, "-e executes what is loaded already; -f loads and executes")
            }
        }
        if actions.contains(.loadPanic), actions.contains(.force) {
            return .together("-f", "-p", .startsAfterPanic)
        }
        return nil
    }

    /// What of an order can't be done.
    private func refusal(of order: KernelOrder) -> KexecRefusal? {
        if let name = type, order.kind == nil { return .type(name) }
        if memMin != nil || memMax != nil, order.memoryWindow == nil { return .emptyWindow }
        let onlyForSegments = order.onlyForSegments
        if order.type == .crash {
            if order.call == .segments { return .crashBySegments }
            if let first = onlyForSegments.first { return .crashWith(first) }
        }
        if order.call == .files, let first = onlyForSegments.first { return .ignoredByFiles(first) }
        let isBySegments = order.call == .segments || order.call == .auto && !onlyForSegments.isEmpty
        if isBySegments, let flag = order.flags.first { return .ignoredBySegments(flag) }
        return nil
    }
}

/// What `kplan kexec` doesn't do.
enum KexecRefusal: Error, Equatable {
    case noAction
    case noKernel
    case together(String, String, Contradiction)
    case ignoredKernel(String, String)
    case type(String)
    case emptyWindow
    case crashBySegments
    case crashWith(String)
    case ignoredByFiles(String)
    case ignoredBySegments(FileLoadFlag)
    case reusedInitrd
    case jumpBack
    case hotplug

    /// Why two options exclude each other.
    enum Contradiction: Equatable {
        case nothingLeft
        case oneAtATime
        case startsAfterPanic
    }
}
