import Arm64
import BootInputs
import Emitter
import KexecPlan

/// A machine's own device tree in a plan that takes it when it is applied: with the plan's edits, in the room that the plan has
/// for it, everything else where it was.
struct LiveTree {
    /// The tree with the plan's edits.
    let edited: DeviceTree
    private let original: DeviceTree
    private let changes: DeviceTreePlan
    private let plan: Plan
    private let path: String

    /// Fails where the tree can't be edited as the plan says, or is too large for its room.
    /// - Parameter path: what messages call the tree.
    init(_ tree: DeviceTree, in plan: Plan, path: String) throws(Failure) {
        self.plan = plan
        self.path = path
        original = tree
        let changes = tree.changes(by: plan.deviceTree.edits, isLive: true)
        self.changes = changes
        edited = try explaining(path) { try tree.edited(by: changes) }
        let size = UInt64(edited.bytes.count)
        guard let room = plan.segment(.dtb)?.memorySize, size <= room else {
            throw Failure(
                Messages.text(liveTree: size, room: plan.segment(.dtb)?.memorySize ?? 0, path), status: .no)
        }
    }

    /// The plan with this tree: what purgatory checks of it, and itself, has the digests that they come to.
    func settled(
        _ object: RelocatableObject, emit: (Plan) throws(Failure) -> [EmittedSegment]
    ) throws(Failure) -> (plan: Plan, segments: [EmittedSegment]) {
        guard let slots = edited.runtimeSlots(of: changes.edits) else {
            throw Failure("\(path): what was set in it can't be found again")
        }
        let unsealed = try explaining(path) {
            try plan.taking(changes, size: UInt64(edited.bytes.count), slots: slots, object)
        }
        let segments = try emit(unsealed)
        return (Emitter.seal(unsealed, with: segments), segments)
    }

    /// Fails where purgatory would print elsewhere than the device tree of this machine says.
    func checkConsole() throws(Failure) {
        let console = try plan.request.consoleArgument.console(original, of: path)
        guard console != plan.request.console else { return }
        throw Failure(
            """
            purgatory would print on \(plan.request.console?.description ?? "nothing"), but by this machine's device tree it \
            should be \(console?.description ?? "nothing")
            """, status: .no)
    }
}
