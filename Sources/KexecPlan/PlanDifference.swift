import Arm64

/// One thing in which two plans differ.
public enum PlanDifference: Equatable, Sendable {
    // Causes: the files, what was asked for, the machine.

    /// A file: another one, one more, one fewer.
    case input(InputRole, Change<Input>)
    /// The next kernel's command line.
    case commandLine(Change<String>)
    /// What of it was kept of the device tree's.
    case reusedCommandLine(Change<String>)
    /// Whether the machine that a plan is applied on gives the device tree.
    case liveTree(Change<Bool>)
    /// Where purgatory prints.
    case console(Change<Console>)
    /// Who said where it prints.
    case consoleSource(Change<ConsoleSource>)
    /// The granule that was asked for.
    case granule(Change<Granule>)
    /// Whether purgatory may run with its MMU off.
    case mmuMayStayOff(Change<Bool>)
    /// What becomes of the seeds.
    case seeds(Change<SeedPolicy>)
    /// The only addresses that may be used.
    case memoryWindow(Change<AddressRange>)
    /// What segments are multiples of, in bytes.
    case pageSize(Change<UInt64>)
    /// The machine's device tree.
    case machineTree(Change<DeviceTreeIdentity>)
    /// What the trees themselves differ in, before the plans' changes: plans don't say it.
    case givenTree(DeviceTreeChange)
    /// Where UEFI has its tables.
    case uefi(Change<UEFIPointer>)
    /// System RAM.
    case ram(Change<MemoryMap.Region>)
    /// What is reserved of it.
    case reserved(Change<MemoryMap.Region>)
    /// The header of the kernel's Image.
    case kernelHeader(Change<KernelImage>)

    // Causes that a plan for kexec_file_load may have.

    /// The system call.
    case method(Change<LoadMethod>)
    /// The architecture of both kernels.
    case architecture(Change<Architecture>)
    /// What it is for.
    case type(Change<KexecType>)
    /// A flag of kexec_file_load.
    case flag(Change<FileLoadFlag>)
    /// How kexec_file_load gets the files.
    case filePassing(Change<FilePassing>)
    /// The header of a kernel that is no Image in one plan or both.
    case fileLoadKernel(Change<FileLoadKernel>)

    // Consequences of that: differences in kind.

    /// Who decides something.
    case decision(KernelDecision, Change<Decider>)
    /// What verifies what is loaded, before the next kernel starts.
    case verifier(Change<Verifier>)
    /// Something of the plan for kexec_load that one for kexec_file_load can't say.
    case withoutCounterpart(PlanPart)

    // Consequences: what the planner made of that.

    /// Where the running kernel jumps to.
    case entry(Change<PhysicalAddress>)
    /// A segment: its place, its size, its content.
    case segment(SegmentRole, Change<Segment>)
    /// A change of the device tree.
    case edit(Change<DeviceTreeEdit>)
    /// A memory reservation that is removed.
    case removedReservation(Change<AddressRange>)
    /// Page tables in one plan alone.
    case pageTables(Change<PageTablePlan>)
    /// Where the root table is.
    case tableRoot(Change<PhysicalAddress>)
    /// The granule of the tables that were made.
    case tableGranule(Change<Granule>)
    /// The number of bits of an input address.
    case addressBits(Change<Int>)
    /// How many tables there are, of all levels together.
    case totalTableCount(Change<UInt64>)
    /// How many tables a level has.
    case tableCount(Change<PageTablePlan.TableCount>)
    /// MAIR and TCR.
    case registers(Change<TranslationRegisters>)
    /// What is mapped, and how.
    case mapping(Change<Mapping>)
    /// Why there are no page tables.
    case mmuOff(Change<MMUOffReason>)
    /// Purgatory's contract.
    case contract(Change<PurgatoryContract>)
    /// A section of purgatory; that it moved with purgatory is none.
    case section(Change<PlacedSection>)
    /// A relocation of purgatory; that it moved with purgatory is none.
    case relocation(Change<PlannedRelocation>)
    /// A symbol of purgatory; that it moved with purgatory is none.
    case symbol(Change<SymbolPatch>)
    /// Bytes that are filled in on the machine.
    case runtimeSlot(Change<RuntimeSlot>)

    // Either.

    /// The same elements in another order.
    case order(PlanList)
    /// Something that has no case of its own, by its place in the plan file.
    case other(path: String)

    /// True of what plans are made from; false of what follows from it.
    public var isCause: Bool {
        switch self {
        case .input, .commandLine, .reusedCommandLine, .liveTree, .console, .consoleSource, .granule,
            .mmuMayStayOff,
            .seeds,
            .memoryWindow, .pageSize, .machineTree, .givenTree, .ram, .reserved, .kernelHeader, .uefi,
            .method,
            .architecture, .type, .flag,
            .filePassing, .fileLoadKernel:
            true
        case .order(let list): [.inputs, .ram, .reserved, .uefi, .flags].contains(list)
        case .entry, .segment, .edit, .removedReservation, .pageTables, .tableRoot, .tableGranule,
            .addressBits, .totalTableCount,
            .tableCount, .registers, .mapping, .mmuOff, .contract, .section, .relocation, .symbol,
            .runtimeSlot, .decision, .verifier, .withoutCounterpart, .other:
            false
        }
    }
}

/// A list of a plan whose order is part of it.
public enum PlanList: String, CaseIterable, Sendable {
    case inputs
    case ram
    case reserved
    case segments
    case edits
    case removedReservations
    case uefi
    case tables
    case mappings
    case sections
    case relocations
    case symbols
    case runtimeSlots
    case flags
}

/// Who decides something about a kexec.
public enum Decider: Equatable, Sendable {
    /// The plan, when it is made.
    case plan
    /// The running kernel, when it loads.
    case kernel
}

/// What verifies what was loaded, before the next kernel starts.
public enum Verifier: Equatable, Sendable {
    /// A purgatory of this contract.
    case ofPlan(PurgatoryContract)
    /// What the kernel has for it.
    case ofKernel(KernelPurgatory)
}

/// What a plan for kexec_load has and one for kexec_file_load can't.
public enum PlanPart: String, CaseIterable, Sendable {
    case deviceTreeInput
    case memoryMap
    case purgatoryInput
    case console
    case memoryWindow
    case pageTables
}
