import Emulation
import KexecPlan

/// Where a simulation ended, in the words of a kexec.
enum SimulationEnd: Equatable {
    /// At the kernel's first instruction.
    case kernel
    /// Purgatory stopped because of what it verified: the segments that it named, and what it said of them.
    case verificationFailed([SegmentRole], console: [String])
    /// The CPU took an exception.
    case exception(Outcome.Exception)
    /// In a loop that never ends, at this address.
    case loop(UInt64)
    /// Nothing is at an address that was read, written or jumped to.
    case nothing(Outcome.Access, address: UInt64, pc: UInt64)
    /// Not within so many instructions.
    case instructionLimit(UInt64)
    /// Not within so many seconds of this machine's time.
    case timeLimit(seconds: UInt64)
    /// The emulator can't go on, though a CPU might.
    case notEmulated(SystemRegister, value: UInt64, pc: UInt64)

    init(_ outcome: Outcome, of subject: SimulationSubject) {
        // Of what kept the kernel away, the first exception is the cause; what came after it is a consequence.
        if case .reached = outcome.reason { self = .kernel; return }
        if let first = outcome.deliveredExceptions.first { self = .exception(first); return }
        self =
            switch outcome.reason {
            case .reached: .kernel
            case .halted(let address):
                address == subject.symbols.address(of: Self.haltSymbol) || !Self.complaints(outcome).isEmpty
                    ? .verificationFailed(
                        Self.namedSegments(outcome, subject), console: Self.complaints(outcome))
                    : .loop(address)
            case .exception(let exception): .exception(exception)
            case .unmapped(let access, let address, let pc): .nothing(access, address: address, pc: pc)
            case .notEmulated(let register, let value, let pc):
                .notEmulated(register, value: value, pc: pc)
            case .instructionLimit(let limit): .instructionLimit(limit)
            case .timeLimit(let limit): .timeLimit(seconds: limit / 1000)
            }
    }

    /// Where purgatory stops after a failed verification (docs/PURGATORY.md); another's purgatory may not have it.
    static let haltSymbol = "purgatory_halt"
    /// Where purgatories stop: a run may end there.
    static let haltSymbols = [haltSymbol, "purgatory_exception_halt"]

    /// What kplan's and kexec-tools' purgatory print where a digest or the padding is wrong.
    private static let signs = ["SHA-256 mismatch", "is not zero", "digests do not match"]

    private static func isComplaint(_ line: String) -> Bool { signs.contains { line.contains($0) } }

    /// What was printed from the first complaint on.
    private static func complaints(_ outcome: Outcome) -> [String] {
        let lines = outcome.console.split(whereSeparator: \.isNewline).map(String.init)
        guard let first = lines.firstIndex(where: isComplaint) else { return [] }
        return Array(lines[first...])
    }

    /// The segments of which there is a complaint, by role and address, as kplan's purgatory has them.
    private static func namedSegments(_ outcome: Outcome, _ subject: SimulationSubject) -> [SegmentRole] {
        let lines = complaints(outcome).filter(isComplaint)
        return subject.plan.segments.filter { segment in
            lines.contains { $0.contains(" \(segment.role.rawValue) \(segment.address)") }
        }.map(\.role)
    }
}
