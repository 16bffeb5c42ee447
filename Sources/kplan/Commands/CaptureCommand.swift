import ArgumentParser
import Capture
import Files
import KexecPlan
import PlanJSON

struct CaptureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "capture",
        abstract: "Says of a machine what a kexec on it depends on, as JSON.",
        discussion: """
            Reads proc, sys and the kernel's log; changes nothing. As root it sees addresses and the device tree, without \
            which no plan can be made. What could not be read is listed in the document, with the reason. Seeds are \
            zeroed.
            """)

    @Option(
        name: [.short, .long],
        help: .init("The file to write, instead of standard output.", valueName: "file"), completion: .file())
    var output: String?

    @Option(
        help: .init(
            "A folder that stands for /, with copies of proc and sys, and of the kernel's log as dmesg.txt.",
            valueName: "folder"), completion: .directory)
    var root: String = "/"

    @Flag(
        help: """
            Mask serial numbers, MAC addresses, UUIDs, passwords and the like; what was masked is listed. Free text is kept: \
            read it before you share it.
            """)
    var redact = false

    func run() throws {
        let root = root
        let redact = redact
        let capture = try explaining("nothing is captured") {
            try MachineCapture(root: root, isRedacted: redact)
        }
        for place in ["memory_map", "device_tree"] {
            // Without these no plan can be made: said here, since the document is read elsewhere and later.
            guard let entry = capture.unreadable.first(where: { $0.what == place }) else { continue }
            printError("kplan: note: the capture has no \(place): \(Messages.text(entry))")
        }
        if redact {
            printError(
                "kplan: note: read it before you share it: what is no known form of a secret is kept as it is"
            )
        }
        let document = MachineJSON.encode(capture)
        // What can't be read again must not be written.
        do {
            _ = try MachineJSON.decode(document)
        } catch {
            throw Failure("nothing is captured: \(Messages.text(error, of: "capture"))")
        }
        try Output.write(document, to: output)
    }
}
