import Arm64
import Emulation

/// What happened in a run, in order.
enum SimulationTrace {
    /// Something that happened.
    struct Event: Equatable {
        /// Instructions before it.
        let instructions: UInt64
        /// By which instruction; nil where that isn't known.
        let place: UInt64?
        let text: String
    }

    static func events(_ outcome: Outcome, _ names: AddressNames) -> [Event] {
        let subject = names.subject
        let entry = outcome.translationAtEntry
        var events = [
            Event(
                instructions: 0, place: subject.entry,
                text: "entry, MMU \(onOff(entry.isMMUOn)), D-cache \(onOff(entry.isDataCacheOn)), I-cache "
                    + onOff(entry.isInstructionCacheOn))
        ]
        for change in outcome.translationChanges {
            let now = change.translation
            var text = "MMU \(onOff(now.isMMUOn)), D-cache \(onOff(now.isDataCacheOn)), I-cache "
            text += onOff(now.isInstructionCacheOn)
            if now.isMMUOn { text += "; TTBR0 \(now.ttbr0.hex), TCR \(now.tcr.hex), MAIR \(now.mair.hex)" }
            events.append(Event(instructions: change.instructions, place: change.pc, text: text))
        }
        var start = 0
        let console = outcome.consoleBytes
        for line in outcome.consoleLines {
            events.append(
                Event(
                    instructions: line.instructions, place: nil,
                    text: SimulationText.console(Array(console[start..<line.end]))))
            start = line.end
        }
        for run in outcome.cacheRuns {
            let end = run.lastAddress &+ max(run.stride, 1)
            let range =
                run.count == 1 ? run.first.address.hex : "\(run.first.address.hex) to \((end &- 1).hex)"
            let kind = run.first.kind.rawValue.uppercased()
            events.append(
                Event(
                    instructions: run.instructions, place: run.first.pc,
                    text: "DC \(kind) over \(range), \(run.count) times"))
        }
        for exception in outcome.deliveredExceptions.prefix(10) {
            let text = Messages.text(ExceptionSyndrome(UInt64(exception.syndrome)))
            events.append(
                Event(
                    instructions: exception.instructions, place: exception.pc,
                    text: text + (exception.faultAddress.map { ", FAR \(names.place($0))" } ?? "")))
        }
        // Stable: what happened in one block stays in the order of this list.
        let ordered = events.enumerated().sorted {
            ($0.element.instructions, $0.offset) < ($1.element.instructions, $1.offset)
        }
        return ordered.map(\.element) + [
            Event(instructions: outcome.instructions, place: outcome.pc, text: "the end of the run")
        ]
    }

    private static func onOff(_ value: Bool) -> String { value ? "on" : "off" }
}
