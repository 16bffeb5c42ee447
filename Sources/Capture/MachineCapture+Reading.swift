import BootInputs
import Files
import KexecPlan

extension MachineCapture {
    /// Reads a machine. The same files give the same capture.
    /// - Parameters:
    ///   - root: the folder that stands for `/`: what it lacks of proc and sys is listed as unreadable. `/` is this machine,
    ///     whose log is read from /dev/kmsg; any other folder has it as dmesg.txt, dmesg or var/log/dmesg.
    ///   - isRedacted: whether serial numbers, MAC addresses, UUIDs and the like are masked.
    public init(root: String = "/", isRedacted: Bool = false) throws(CaptureError) {
        var reader = try FactReader(root: root)
        let list = reader.text("proc/cpuinfo", for: "processors.models").map { ProcessorList($0) }
        let architecture = try reader.architecture(list)
        let kernel = reader.kernel()
        let memory = reader.memory()
        let tree = architecture == .arm64 ? reader.deviceTree() : nil
        let log = reader.log()
        self.init(
            architecture: architecture, kernel: kernel,
            processors: reader.processors(
                architecture, list, log, enableMethods: tree?.enableMethods ?? []),
            memory: memory, deviceTree: tree?.bytes,
            consoles: reader.consoles(tree, commandLine: kernel.commandLine),
            interrupts: architecture == .arm64
                ? reader.interrupts(tree, log) : Interrupts(hasITS: false, isComplete: true),
            firmware: reader.firmware(architecture, tree, log),
            kexec: reader.kexec(), crash: reader.crash(memory), security: reader.security(), zeroed: [],
            redacted: nil, unreadable: [])
        unreadable = reader.unreadable
        try hideSecrets()
        if isRedacted { try redact() }
    }

    /// The architecture of the processors that the proc/cpuinfo of a folder lists; nil where it doesn't tell.
    public static func processorArchitecture(root: String) -> Architecture? {
        MachineFiles(root: root).text("proc/cpuinfo").flatMap { ProcessorList($0).architecture }
    }
}

extension FactReader {
    /// Reads what is under a folder; fails where there is no such folder.
    init(root: String) throws(CaptureError) {
        do throws(FileError) {
            try Folder.check(root)
        } catch {
            throw .noRoot(error)
        }
        self.init(MachineFiles(root: root))
    }

    /// Of the running kernel: proc/sys/kernel/arch (since 6.1), else what /proc/cpuinfo has.
    fileprivate func architecture(_ list: ProcessorList?) throws(CaptureError) -> Architecture {
        let name = files.text("proc/sys/kernel/arch")
        let named = name.flatMap { name in Architecture.allCases.first { $0.machineName == name } }
        guard let architecture = name == nil ? list?.architecture : named else {
            throw .unknownArchitecture(root: files.root, found: name)
        }
        return architecture
    }

    /// The kernel's log; noted where there is none.
    mutating func log() -> KernelLog? {
        if isRunning {
            do throws(FileError) {
                var texts: [String] = []
                try KernelMessages(files.path(logPath), isFromNow: false).forEach { texts.append($0.text) }
                return KernelLog(texts)
            } catch {
                note("kernel_log", logPath, error)
                return nil
            }
        }
        for name in ["dmesg.txt", "dmesg", "var/log/dmesg"] {
            if let text = (try? files.bytes(name)) ?? nil { return KernelLog(KernelMessages.saved(text)) }
        }
        note("kernel_log", logPath, .absent)
        return nil
    }

    /// Whether the files are those of this machine.
    private var isRunning: Bool { FileIdentity(files.root) == FileIdentity("/") }

    /// The file with the log, from the root.
    var logPath: String { isRunning ? "dev/kmsg" : "dmesg.txt" }
}
