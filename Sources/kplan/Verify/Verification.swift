import Emitter
import KexecPlan

/// Everything about a plan that can be checked without the machine that it is for, one check after the other: a
/// finding in one doesn't keep the others from being made.
struct Verification {
    let file: PlanFile<Plan>
    let options: InputOptions
    /// The folder with segments that were made already, by whatever; nil to make them from the inputs.
    let segmentFolder: String?
    let checks: [Check]

    /// Makes all checks.
    ///
    /// - Parameter memoryMap: the path of the memory map; nil for where the other inputs are.
    init(
        of file: PlanFile<Plan>, _ options: InputOptions, memoryMap: String? = nil, segments folder: String?
    ) {
        self.file = file
        self.options = options
        segmentFolder = folder
        var checks = [Check(rules: file.plan.violations())]
        let bytes: [SegmentRole: [UInt8]]
        if let folder {
            let found = FoundSegments(of: file.plan, in: folder)
            checks += found.checks
            bytes = found.bytes
            if let purgatory = bytes[.purgatory] { checks.append(Self.symbols(file.plan, purgatory)) }
        } else {
            let inputs = FoundInputs(of: file, options, memoryMap: memoryMap)
            checks += inputs.checks
            checks.append(inputs.memory)
            let made = inputs.segments(rulesHold: checks[0].word == "ok")
            checks += made.checks
            if file.plan.deviceTree.isLive, let first = file.plan.input(.machine) {
                checks.append(Check("live-tree", .note(Messages.text(standIn: first.name))))
            }
            bytes = made.bytes
        }
        checks.append(Self.pageTables(file.plan, bytes[.pageTables], isMade: folder == nil))
        self.checks = checks
    }
}
