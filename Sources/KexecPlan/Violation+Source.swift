extension Violation.Rule {
    /// Where the rule stands: a file of Linux with the function or the section, the title of a section of the Arm ARM, which
    /// keeps its title where numbers move, or a page of kplan's own.
    public var source: String {
        switch self {
        case .segmentCount:
            "kernel/kexec.c, kexec_load_check()"
        case .segmentRange, .segmentAlignment, .segmentTotal, .segmentContent, .segmentOverlap,
            .segmentMemory:
            "kernel/kexec_core.c, sanity_check_segment_list()"
        case .inputTooLarge:
            "kernel/kexec_file.c, KEXEC_FILE_SIZE_MAX"
        case .inputIgnored:
            "kernel/kexec_file.c, kexec_file_load()"
        case .commandLineZero:
            "kernel/kexec_file.c, kimage_file_prepare_segments()"
        case .relocationPlace:
            "AAELF64, Relocation"
        case .memoryAttributes:
            "Arm ARM (DDI 0487), MAIR_EL1, Attr<n>"
        case .codeAlignment:
            "Arm ARM (DDI 0487), PC alignment checking"
        case .inputAddressBits, .mappingAddressBits:
            "Arm ARM (DDI 0487), TCR_EL1, T0SZ"
        case .translationControl:
            "Arm ARM (DDI 0487), TCR_EL1, TCR_EL2"
        case .rootAlignment:
            "Arm ARM (DDI 0487), TTBR0_EL1, BADDR"
        case .mappingAlignment, .mappingEntries:
            "Arm ARM (DDI 0487), VMSAv8-64 descriptor formats"
        case .machinePageSize:
            "Arm ARM (DDI 0487), translation granules"
        case .tableLevels, .mappingOverlap:
            "Arm ARM (DDI 0487), translation table walk"
        case .commandLineSize:
            "arch/arm64/include/uapi/asm/setup.h, COMMAND_LINE_SIZE"
        case .commandLineReserve:
            "arch/x86/kernel/kexec-bzimage64.c, bzImage64_load()"
        case .bzImageHeader:
            "arch/x86/kernel/kexec-bzimage64.c, bzImage64_probe()"
        case .kernelAlignment, .kernelMemory, .kernelAddressBits, .initrdWindow:
            "booting.rst, Call the kernel image"
        case .deviceTreeSize, .deviceTreeAlignment, .deviceTreeBlocks:
            "booting.rst, Setup the device tree"
        case .chosenProperty:
            "drivers/of/fdt.c, early_init_dt_scan_chosen()"
        case .inputEmpty:
            "fs/kernel_read_file.c, kernel_read_file()"
        case .flagArchitecture:
            "include/uapi/linux/kexec.h"
        case .segmentMissing, .segmentRepeated, .segmentUnneeded, .inputMissing, .inputRepeated,
            .inputUnneeded, .inputName, .inputNameRepeated, .machineOrder, .otherDeviceTrees, .contentSize,
            .contentDigest, .reusedCommandLine,
            .consoleNotFound, .flagRepeated, .segmentOrder, .segmentWindow, .editPlace, .reservationRepeated,
            .seedProperty, .sectionOrder, .sectionOverlap, .sectionPlace, .symbolOrder, .symbolOverlap,
            .symbolPlace, .mmuOffReason, .mmuOffFounded, .granule, .rootPlace, .pageTablesSize, .mappingOrder,
            .mappingMissing, .mappingUnneeded, .mappingMemory, .mappingUse, .slotPlace, .slotOverlap,
            .slotUnneeded, .randomSlotSegment, .randomSlotProperty, .propertySlots:
            "docs/PLAN.md"
        case .entryInCode, .symbolValue, .symbolUnneeded, .sectionWriteExecute, .contractTables,
            .contractRegisters, .consoleZero, .consoleAlignment, .consoleRange, .consoleInRAM,
            .mappingWriteExecute, .reportSlot, .digestSlot, .digestRenewed:
            "docs/PURGATORY.md"
        }
    }
}
