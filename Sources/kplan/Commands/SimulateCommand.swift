import ArgumentParser
import Emulation
import KexecPlan

struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract:
            "Runs a plan's bytes on an emulated CPU, from purgatory's first instruction to the kernel's.",
        discussion: """
            Says whether the kernel is reached as the boot protocol demands, and if not, why. It runs \
            kplan-simulate, which has the emulator (Unicorn). Time on a machine is estimated, not measured.

            Exit status: 0 the kernel is reached and all is as it has to be; 1 it isn't; 2 it could \
            not be tried, or not to its end (--time-limit, --max-instructions).
            """)

    @Argument(help: .init("The plan, or a bundle.", valueName: "plan"), completion: .file())
    var plan: String

    @OptionGroup
    var inputs: InputOptions

    @Option(
        help: .init(
            """
            Run the bytes in a folder that emit wrote, as they are now, and don't check them against the plan's \
            digests.
            """, valueName: "folder"), completion: .directory)
    var segments: String?

    @Option(help: "The CPU model.")
    var cpu: EmulatedMachine.CPU = .max

    @Option(help: "The exception level that purgatory is entered at; 2-e2h needs --cpu max.")
    var el: EmulatedMachine.ExceptionLevel = .el1

    @Flag(
        name: .customLong("without-sha256"),
        help: "The CPU has no SHA-256 instructions (FEAT_SHA256), as that of a Raspberry Pi 4.")
    var withoutSHA256 = false

    @Option(
        help: .init(
            "Flip bit 0 of a byte of a segment; without an offset, in the middle of its content.",
            valueName: "role[:offset]"))
    var corrupt: [CorruptArgument] = []

    @Flag(help: "Show what purgatory prints, as it does.")
    var console = false

    @Flag(help: "Show what happened, in order, with instruction counts.")
    var trace = false

    @Flag(help: "Print the report as JSON.")
    var json = false

    @Option(help: .init("Give up after so many instructions.", valueName: "number"))
    var maxInstructions: UInt64 = 1 << 40

    @Option(help: .init("Give up after so many seconds of this machine's time.", valueName: "seconds"))
    var timeLimit: UInt64 = 600

    @OptionGroup(title: "Estimate of the time on a machine")
    var estimate: TimeModelOptions

    func validate() throws {
        if el == .el2E2H, cpu != .max {
            throw ValidationError("--el 2-e2h needs --cpu max: \(cpu.rawValue) has no FEAT_VHE.")
        }
        // Purgatory's object has the names of its symbols, which its bytes have not.
        var unused = inputs
        unused.purgatory = nil
        if segments != nil, !unused.isEmpty {
            throw ValidationError(
                """
                --segments takes bytes that are made already: of the inputs only --purgatory can be given with it.
                """)
        }
        guard 1...86400 ~= timeLimit else { throw ValidationError("--time-limit must be 1 to 86400.") }
        guard maxInstructions > 0 else { throw ValidationError("--max-instructions must not be 0.") }
        try estimate.validate()
    }

    func run() throws {
        let simulator = try explaining("simulate") { () throws(SimulatorError) in try SimulatorProgram() }
        let file = try PlanFile(plan, to: "simulate")
        try inputs.checkNone(beside: file)
        var subject = try subject(file)
        let corruptions = try corrupt.map { argument throws(Failure) in
            SimulationReport.CorruptedByte(
                argument: argument, address: try argument.address(in: subject))
        }
        subject.flippedBytes = corruptions.map(\.address)
        let request = request(subject)
        let result = try explaining("simulate") {
            try simulator.run(request) { line throws(Failure) in
                if console, !json { try printResult(SimulationText.console(line)) }
            }
        }
        let outcome = try explaining("\(file.path): can't be simulated") { try result.outcome.get() }
        let report = report(outcome, of: subject, memory: result.memory, corruptions)
        if json {
            try printResult(try SimulationJSON.bytes(report, folder: segments))
        } else {
            try printResult(SimulationText(report, path: file.path, folder: segments, withTrace: trace).text)
        }
        if report.isUndecided, let advice = Messages.advice(report.end) {
            throw Failure("\(Messages.printable(file.path)): could not be told: \(advice)")
        }
        guard report.isGood else { throw ExitCode(ExitStatus.no.rawValue) }
    }

    /// - Parameter memory: what `request` asked for.
    func report(
        _ outcome: Outcome, of subject: SimulationSubject, memory: [[UInt8]?],
        _ corruptions: [SimulationReport.CorruptedByte] = []
    ) -> SimulationReport {
        let end = SimulationEnd(outcome, of: subject)
        return SimulationReport(
            subject: subject, cpu: cpu, level: el, hasSHA256: !withoutSHA256, corruptions: corruptions,
            brokenRules: segments == nil ? nil : subject.plan.brokenRules("The plan breaks rules"),
            outcome: outcome, end: end,
            bootChecks: end == .kernel ? BootChecks.all(outcome, of: subject, memory: memory) : [],
            architectureChecks: ArchitectureChecks.all(outcome, of: subject),
            estimate: TimeEstimate(outcome, estimate.model), model: estimate.model)
    }

    private func subject(_ file: PlanFile<Plan>) throws(Failure) -> SimulationSubject {
        guard let segments else {
            let reproduction = try Reproduction(of: file, inputs, open: .mapping)
            if let note = reproduction.standInNote { printError("kplan: note: \(note)") }
            return try SimulationSubject(reproduction)
        }
        // It names addresses alone, so that it may be missing, unless it was given.
        let places = inputs.places(of: file)
        let purgatory = try file.plan.input(.purgatory).flatMap { input throws(Failure) in
            inputs.purgatory == nil ? try? places.file(input, .mapping) : try places.file(input, .mapping)
        }
        return try SimulationSubject(file, folder: segments, purgatory: purgatory)
    }

    /// What kplan-simulate is asked.
    func request(_ subject: SimulationSubject) -> SimulationRequest {
        var request = SimulationRequest(
            cpu: cpu, level: el,
            segments: subject.segments.map { segment in
                .init(
                    address: segment.segment.address.rawValue, memorySize: segment.segment.memorySize,
                    content: segment.content)
            },
            console: subject.plan.request.console?.emulated, entry: subject.entry,
            stopAt: [subject.segment(.kernel)?.segment.address.rawValue].compactMap(\.self),
            haltAt: SimulationEnd.haltSymbols.compactMap { subject.symbols.address(of: $0) })
        request.hasSHA256 = !withoutSHA256
        request.expectedStores = BootChecks.expectedStores(subject)
        request.flippedBytes = subject.flippedBytes
        request.memoryToRead = BootChecks.memory(subject)
        request.limit = RunLimit(instructions: maxInstructions, milliseconds: timeLimit * 1000)
        return request
    }
}

extension EmulatedMachine.CPU: ExpressibleByArgument {}
extension EmulatedMachine.ExceptionLevel: ExpressibleByArgument {}

extension Console {
    /// The UART as purgatory finds it: always ready.
    fileprivate var emulated: EmulatedMachine.Console {
        switch kind {
        case .pl011: .pl011(at: address.rawValue)
        case .uart8250: .uart8250(at: address.rawValue)
        case .uart8250Word: .uart8250(at: address.rawValue, registerShift: 2)
        case .raw: .init(address: address.rawValue, statusOffset: 0, status: 0)
        }
    }
}
