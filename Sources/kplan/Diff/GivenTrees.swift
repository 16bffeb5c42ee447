import BootInputs
import KexecPlan

/// What the device trees that two plans were given differ in: as far as their files are at hand, since the plans have
/// their digests alone.
struct GivenTrees {
    /// Where they differ; none where one of them isn't at hand.
    private(set) var changes: [DeviceTreeChange] = []
    /// Why that can't be told; nil where it is told.
    private(set) var reason: String?

    /// Nothing is known of them.
    static let unknown = GivenTrees()

    private init() {}

    /// Looks for both trees beside their plans and in these folders; what has another digest than the plan's is another
    /// file.
    init(_ old: PlanFile<AnyPlan>, _ new: PlanFile<AnyPlan>, folders: [String]) {
        guard case .kexecLoad(let oldPlan) = old.plan, case .kexecLoad(let newPlan) = new.plan,
            let oldInput = oldPlan.treeInput, let newInput = newPlan.treeInput,
            oldInput.sha256 != newInput.sha256 || oldInput.role != newInput.role
        else { return }
        do throws(Failure) {
            let trees = (
                try Self.tree(oldInput, of: old, folders), try Self.tree(newInput, of: new, folders)
            )
            changes = trees.0.changes(to: trees.1)
        } catch {
            // Two captures of one machine differ in much else.
            let isSameMachine =
                oldInput.role == .machine && newInput.role == .machine
                && oldPlan.machine.deviceTree != nil
                && oldPlan.machine.deviceTree == newPlan.machine.deviceTree
            if !isSameMachine { reason = error.text }
        }
    }

    private static func tree(
        _ input: Input, of file: PlanFile<AnyPlan>, _ folders: [String]
    ) throws(Failure) -> DeviceTree {
        let own = InputPlaces(in: file.folder, bundle: file.bundle)
        for places in [own] + folders.map({ InputPlaces(in: $0) }) {
            guard let found = try? places.file(input, .mapping),
                found.input.sha256 == input.sha256, let machine = try MachineInputs([input.role: found])
            else { continue }
            return try machine.deviceTree()
        }
        throw Failure(
            """
            not compared by node and property: \(Messages.quoted(input.name)) of \(Messages.printable(file.path)), with its \
            recorded SHA-256, is neither beside it nor in an --inputs FOLDER
            """)
    }
}

extension Plan {
    /// The file with the device tree that it was given.
    fileprivate var treeInput: Input? { input(.dtb) ?? input(.machine) }
}
