import Emulation

/// What a simulation came to.
struct SimulationReport {
    let subject: SimulationSubject
    let cpu: EmulatedMachine.CPU
    let level: EmulatedMachine.ExceptionLevel
    /// The CPU has the SHA-256 instructions.
    let hasSHA256: Bool
    /// What was flipped on purpose.
    let corruptions: [CorruptedByte]
    /// The rules that the plan breaks, as text; only a folder's bytes are run all the same.
    let brokenRules: String?
    let outcome: Outcome
    let end: SimulationEnd
    /// At the kernel's entry; none if it was not reached.
    let bootChecks: [SimulationCheck]
    let architectureChecks: [SimulationCheck]
    let estimate: TimeEstimate
    let model: TimeModel

    /// A byte of which bit 0 was flipped.
    struct CorruptedByte {
        let argument: CorruptArgument
        let address: UInt64
    }

    /// Reached the kernel, with everything as it has to be and the plan's bytes. What was flipped on purpose has to be noticed.
    var isGood: Bool {
        end == .kernel && isSound && corruptions.isEmpty && subject.differences.isEmpty
    }

    /// The run was given up before its end, and nothing that was seen till then is wrong.
    var isUndecided: Bool {
        switch end {
        case .instructionLimit, .timeLimit, .notEmulated: isSound
        case .kernel, .verificationFailed, .exception, .loop, .nothing: false
        }
    }

    /// Nothing that was looked at is wrong.
    private var isSound: Bool {
        brokenRules == nil && (bootChecks + architectureChecks).allSatisfy(\.isMet)
    }

    /// The headline.
    /// - Parameter place: what an address is called.
    func verdict(place: (UInt64) -> String) -> String {
        let text = Messages.text(end, place: place)
        guard end == .kernel else { return text }
        guard isSound else { return text + ", but not all is as it has to be" }
        if !corruptions.isEmpty { return text + ": what was flipped went unnoticed" }
        return text
            + (subject.differences.isEmpty
                ? ", as it has to be" : ", with bytes that are not the plan's")
    }

    /// What this run says nothing about.
    var notJudged: [NotJudged] {
        var list: [NotJudged] = [.floatingPointTraps, .maintenance]
        if outcome.accesses.cached > 0 { list += [.cacheability, .fetchedAhead] }
        if let tables = subject.plan.pageTables {
            let wasOn = outcome.translationChanges.contains { $0.translation.isMMUOn }
            if tables.granule == .granule16K {
                list.append(.granule16K)
            } else if !wasOn {
                list.append(.tablesNotUsed)
            }
        }
        if !outcome.consoleBytes.isEmpty { list.append(.consoleTimes) }
        if subject.plan.runtimeSlots.contains(where: { $0.fill == .random }) { list.append(.runtimeSlots) }
        return list
    }

    enum NotJudged: String {
        /// CPACR and CPTR never trap in Unicorn.
        case floatingPointTraps = "floating_point_traps"
        /// Unicorn needs no TLBI, no barriers and no IC, and sees none missing.
        case maintenance
        /// With MMU and D-cache on, every access counts as cached: what memory type it is, only the tables say.
        case cacheability
        /// Of the lines in a cache, only those are followed that an access went to.
        case fetchedAhead = "fetched_ahead"
        /// No CPU model of Unicorn has it.
        case granule16K = "granule_16k"
        /// The MMU stayed off.
        case tablesNotUsed = "tables_not_used"
        /// The counter is the emulator's.
        case consoleTimes = "console_times"
        /// They are filled on the machine.
        case runtimeSlots = "runtime_slots"
    }
}
