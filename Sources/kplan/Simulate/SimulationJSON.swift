import Arm64
import Emulation
import FoundationEssentials
import PlanJSON

/// A report for programs. Addresses and register values are hex strings, as in plans.
struct SimulationJSON: Encodable {
    private let formatVersion = "1.0"
    private let good: Bool
    private let end: String
    private let explanation: String
    private let cpu: String
    private let hasSha256: Bool
    private let exceptionLevel: String
    private let digestsChecked: Bool
    private let pc: String
    private let exception: Exception?
    private let bootChecks: [Check]
    private let architectureChecks: [Check]
    private let notJudged: [String]
    private let differences: [String]
    private let registers: [String]
    private let instructions: UInt64
    private let uncachedInstructions: UInt64
    private let hashedBytes: UInt64
    private let cachedAccesses: UInt64
    private let uncachedAccesses: UInt64
    private let cacheOperations: UInt64
    private let estimatedSeconds: Double
    private let console: String
    private let trace: [Event]

    private struct Check: Encodable {
        let name: String
        let ok: Bool
        let text: String
    }

    private struct Exception: Encodable {
        let esr: String
        let elr: String
        let far: String?
        let place: String
    }

    private struct Event: Encodable {
        let instructions: UInt64
        let pc: String?
        let text: String
    }

    /// The document, as all of kplan's are laid out.
    static func bytes(_ report: SimulationReport, folder: String?) throws(Failure) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            let document = try encoder.encode(SimulationJSON(report, digestsChecked: folder == nil))
            return try JSONLayout.lines(Array(document))
        } catch {
            throw Failure("the report can't be encoded: \(error)")
        }
    }

    private init(_ report: SimulationReport, digestsChecked: Bool) {
        let names = AddressNames(subject: report.subject)
        let outcome = report.outcome
        func check(_ check: SimulationCheck) -> Check {
            Check(name: check.name, ok: check.isMet, text: Messages.text(check, place: names.place))
        }
        good = report.isGood
        end = report.end.name
        explanation = report.verdict(place: names.place)
        cpu = report.cpu.rawValue
        hasSha256 = report.hasSHA256
        exceptionLevel = report.level.rawValue
        self.digestsChecked = digestsChecked
        pc = outcome.pc.hex
        exception =
            if case .exception(let exception) = report.end {
                Exception(
                    esr: UInt64(exception.syndrome).hex, elr: exception.pc.hex,
                    far: exception.faultAddress?.hex, place: names.name(exception.pc))
            } else {
                nil
            }
        bootChecks = report.bootChecks.map(check)
        architectureChecks = report.architectureChecks.map(check)
        notJudged = report.notJudged.map(\.rawValue)
        differences =
            (report.brokenRules.map { [$0] } ?? []) + report.subject.differences.map { Messages.text($0) }
        registers = outcome.registers.map(\.hex)
        instructions = outcome.instructions
        uncachedInstructions = outcome.uncachedInstructions
        hashedBytes = report.subject.hashedBytes
        cachedAccesses = outcome.accesses.cached
        uncachedAccesses = outcome.accesses.uncached
        cacheOperations = outcome.cacheOperationCount
        estimatedSeconds = report.estimate.total
        console = outcome.console
        trace = SimulationTrace.events(outcome, names).map {
            Event(instructions: $0.instructions, pc: $0.place?.hex, text: $0.text)
        }
    }
}

extension SimulationEnd {
    /// The name in JSON.
    fileprivate var name: String {
        switch self {
        case .kernel: "kernel"
        case .verificationFailed: "verification_failed"
        case .exception: "exception"
        case .loop: "loop"
        case .nothing: "no_memory"
        case .instructionLimit: "instruction_limit"
        case .timeLimit: "time_limit"
        case .notEmulated: "not_emulated"
        }
    }
}
