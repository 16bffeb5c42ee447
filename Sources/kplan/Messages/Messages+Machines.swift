import Arm64
import KexecPlan

// Several machines that get one plan.

extension Messages {
    /// What machines have in common.
    static func text(shared memory: MemoryMap, by count: Int) -> String {
        """
        \(count) machines have \(memory.systemRAM.size.humanSize) of RAM in common, of which \
        \(memory.usable.size.humanSize) is free on all
        """
    }

    /// Who takes something that others have.
    /// - Parameters:
    ///   - path: what messages call the first of those who do.
    ///   - kinds: what is reserved there; none where it is no RAM.
    static func text(
        _ taking: SharedMemory.Taking, of count: Int, by path: String, _ kinds: [String]
    ) -> String {
        let place = "\(taking.range) (\(taking.range.size.humanSize))"
        guard taking.count == 1 else {
            return
                "\(place) is not free on \(taking.count) of \(count) machines, \(printable(path)) among them"
        }
        guard !kinds.isEmpty else { return "\(printable(path)) alone has no RAM at \(place)" }
        let shown = kinds.prefix(3).map { quoted($0) }.joined(separator: ", ")
        return "\(printable(path)) alone reserves \(place): \(shown)"
    }

    /// The rest of what some machines take.
    static func text(moreTaken count: Int, _ size: UInt64) -> String {
        "\(size.humanSize) in \(UInt64(count).counted("smaller piece")) are not free on all either"
    }

    /// That machines have device trees of which none suits all.
    static func text(otherTree changes: [DeviceTreeChange], of path: String, than other: String) -> String {
        let isUEFI = changes.contains { $0.path?.hasPrefix("/chosen") == true }
        let uefi = isUEFI ? ". /chosen says where the UEFI of one boot has its tables" : ""
        return """
            \(printable(path)): its device tree can't be that of \(printable(other)): \(text(changes))\(uefi). Let each machine \
            give its own when the plan is applied (--dtb live), or give one that suits all (--dtb FILE)
            """
    }

    /// That a live device tree is too large.
    static func text(liveTree bytes: UInt64, room: UInt64, _ path: String) -> String {
        """
        \(printable(path)): has \(size(bytes)) with the plan's changes, more than the \(size(room)) that the plan has room for: make \
        the plan anew with a capture of this machine as it is
        """
    }

    /// Whose device tree stands for a live one.
    static func text(standIn path: String) -> String {
        """
        the device tree is the machine's own when the plan is applied; here it is that of \(printable(path))
        """
    }

    /// That machines have consoles at different places.
    static func text(
        otherConsole console: Console?, of path: String, than other: Console?, of otherPath: String
    ) -> String {
        func text(_ console: Console?) -> String { console?.description ?? "no UART" }
        return """
            \(printable(path)): purgatory would print on \(text(console)), by \(printable(otherPath)) on \(text(other)): one \
            plan has one console. Say which with --console (none: nowhere), or plan these machines apart
            """
    }

    /// That machines have command lines of which none can be kept.
    static func text(otherCommandLine path: String, than other: String) -> String {
        """
        \(printable(path)): has another command line than \(printable(other)), and one plan has one: give it with \
        --command-line in place of --reuse-cmdline, or plan these machines apart
        """
    }

    /// That a folder has no capture.
    static func text(noCaptureIn folder: String) -> String {
        "\(printable(folder)): is a folder without a .json file, as kplan capture writes them"
    }

    /// That machines can't be many where they are only looked at.
    static let oneMachineOnly =
        "kexec_file_load: a plan for it is the same for all machines; give one --machine at a time"
}
