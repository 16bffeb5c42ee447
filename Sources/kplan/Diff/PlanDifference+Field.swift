import KexecPlan

extension PlanDifference {
    /// What it is about.
    var field: DiffField {
        switch self {
        case .input(let role, _): DiffField(role)
        case .commandLine, .reusedCommandLine: .commandLine
        case .liveTree: .dtb
        case .console, .consoleSource: .console
        case .granule: .granule
        case .mmuMayStayOff: .mmu
        case .seeds: .seeds
        case .memoryWindow: .window
        case .pageSize: .pageSize
        case .machineTree: .machine
        case .givenTree: .dtb
        case .uefi: .uefi
        case .ram, .reserved: .memory
        case .kernelHeader, .fileLoadKernel: .kernel
        case .method: .method
        case .architecture: .architecture
        case .type: .type
        case .flag: .flags
        case .filePassing: .files
        case .decision(let decision, _): decision.field
        case .verifier: .verification
        case .withoutCounterpart(let part): part.field
        case .entry: .entry
        case .segment(let role, _): DiffField(role)
        case .edit, .removedReservation: .dtb
        case .pageTables, .tableRoot, .tableGranule, .addressBits, .totalTableCount, .tableCount, .registers,
            .mapping, .mmuOff:
            .pageTables
        case .contract, .section, .relocation, .symbol: .purgatory
        case .runtimeSlot: .filledLater
        case .order(let list): list.field
        case .other: .plan
        }
    }
}

extension KernelDecision {
    fileprivate var field: DiffField {
        switch self {
        case .layout: .layout
        case .deviceTree: .deviceTree
        case .bootParameters: .bootParameters
        case .seeds: .seeds
        case .elfCoreHeader: .elfCoreHeader
        }
    }
}

extension PlanPart {
    fileprivate var field: DiffField {
        switch self {
        case .deviceTreeInput: .dtb
        case .memoryMap: .memoryMap
        case .purgatoryInput: .purgatory
        case .console: .console
        case .memoryWindow: .window
        case .pageTables: .pageTables
        }
    }
}

extension PlanList {
    fileprivate var field: DiffField {
        switch self {
        case .inputs: .inputs
        case .ram, .reserved: .memory
        case .segments: .segments
        case .flags: .flags
        case .uefi: .uefi
        case .edits, .removedReservations: .dtb
        case .tables, .mappings: .pageTables
        case .sections, .relocations, .symbols: .purgatory
        case .runtimeSlots: .filledLater
        }
    }
}
