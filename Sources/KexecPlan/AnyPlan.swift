/// A plan for either system call.
public enum AnyPlan: Equatable, Sendable {
    /// kplan decides where every byte goes.
    case kexecLoad(Plan)
    /// The kernel does.
    case kexecFileLoad(FileLoadPlan)

    /// The system call that loads it.
    public var method: LoadMethod {
        switch self {
        case .kexecLoad: Plan.method
        case .kexecFileLoad: FileLoadPlan.method
        }
    }

    /// The architecture of both kernels.
    public var architecture: Architecture {
        switch self {
        case .kexecLoad: Plan.architecture
        case .kexecFileLoad(let plan): plan.architecture
        }
    }

    /// What it is for.
    public var type: KexecType {
        switch self {
        case .kexecLoad: Plan.type
        case .kexecFileLoad(let plan): plan.type
        }
    }

    /// The files that it was made from.
    public var inputs: [Input] {
        switch self {
        case .kexecLoad(let plan): plan.inputs
        case .kexecFileLoad(let plan): plan.inputs
        }
    }

    /// The files that are needed to load it.
    public var neededInputs: [Input] {
        switch self {
        case .kexecLoad(let plan): plan.neededInputs
        case .kexecFileLoad(let plan): plan.inputs
        }
    }

    /// All rules that the plan breaks: none for a plan that may be loaded.
    public func violations() -> [Violation] {
        switch self {
        case .kexecLoad(let plan): plan.violations()
        case .kexecFileLoad(let plan): plan.violations()
        }
    }
}
