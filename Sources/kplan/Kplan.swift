import ArgumentParser
import Glibc

@main
struct Kplan: ParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "kplan",
        abstract: "Plans, shows, makes and loads a kexec on arm64; on x86_64 by kexec_file_load.",
        discussion: """
            kplan makes a plan of a kexec that can be read, reviewed and reproduced before any machine jumps: \
            which bytes go where, how purgatory is linked, which page tables it runs with.

            Exit status: 0 done, or the answer is yes; 1 the answer is no (plans differ, a plan doesn't fit its machine, an \
            input is another, a rule is broken, the kernel is not reached); 2 it could not be done, or not be told; 3 loaded, \
            but not executed; 64 wrong usage.
            """,
        version: "kplan \(version)",
        subcommands: [
            CaptureCommand.self, MakeCommand.self, ShowCommand.self, DiffCommand.self, VerifyCommand.self,
            SignCommand.self, BundleCommand.self, EmitCommand.self, SimulateCommand.self, ApplyCommand.self,
            UnloadCommand.self, StatusCommand.self, KexecCommand.self,
        ])

    /// Runs a command; a failure becomes one message on standard error and its exit status.
    static func main() {
        // Who reads no more, and a file that may not grow, are errors of a write, which cleans up after itself.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        do throws(Failure) {
            try checkArguments()
            try run()
        } catch {
            if !error.text.isEmpty { printError("kplan: \(error.text)") }
            exit(withStatus: error.status.rawValue)
        }
    }

    private static func run() throws(Failure) {
        // A link to kplan may be called kexec.
        if CommandLine.arguments.first?.lastPathComponent == "kexec" {
            try run(KexecCommand.self, KexecArguments.normalized(Array(CommandLine.arguments.dropFirst())))
        } else {
            var arguments = Array(CommandLine.arguments.dropFirst())
            try checkCommand(arguments)
            if arguments.first == "kexec" {
                arguments = ["kexec"] + KexecArguments.normalized(Array(arguments.dropFirst()))
            }
            try run(Self.self, arguments)
        }
    }

    /// Fails where no command is named, or one that there isn't.
    private static func checkCommand(_ arguments: [String]) throws(Failure) {
        guard let first = arguments.first else {
            printError(helpMessage())
            throw Failure("a command is missing", status: .usage)
        }
        let name = first == "help" ? arguments.dropFirst().first : first
        let known = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
        guard let name, !name.hasPrefix("-"), !known.contains(name) else { return }
        throw Failure("\(Messages.quoted(name)): no such command: kplan --help lists them", status: .usage)
    }

    private static func run(_ root: any ParsableCommand.Type, _ arguments: [String]) throws(Failure) {
        do {
            var command = try root.parseAsRoot(arguments)
            try command.run()
        } catch let failure as Failure {
            throw failure
        } catch {
            // ArgumentParser's own: usage (64), or the help that was asked for (0). Arguments in it are anyone's.
            let status = root.exitCode(for: error)
            let text = root.fullMessage(for: error)
            if !text.isEmpty {
                if status == .success {
                    try printResult(text)
                } else {
                    printError(Messages.text(usage: text))
                }
            }
            exit(withStatus: status.rawValue)
        }
    }

    /// Arguments are text from here on; what is no UTF-8 would silently become something else.
    private static func checkArguments() throws(Failure) {
        for index in 1..<max(Int(CommandLine.argc), 1) {
            guard let argument = CommandLine.unsafeArgv[index], String(validatingCString: argument) == nil
            else { continue }
            throw Failure(
                "argument \(index), \(Messages.quoted(String(cString: argument))), is not UTF-8",
                status: .usage)
        }
    }

    private static func exit(withStatus status: Int32) -> Never {
        Glibc.exit(status)
    }
}
