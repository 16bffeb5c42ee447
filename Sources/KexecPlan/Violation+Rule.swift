extension Violation {
    /// A rule of plans. The raw value is its name, which stays what it is: scripts go by it.
    ///
    /// docs/PLAN.md has what each demands.
    public enum Rule: String, CaseIterable, Sendable {
        // What is there.

        case segmentMissing = "segment-missing"
        case segmentRepeated = "segment-repeated"
        case segmentUnneeded = "segment-unneeded"
        case inputMissing = "input-missing"
        case inputRepeated = "input-repeated"
        case inputUnneeded = "input-unneeded"
        case inputName = "input-name"
        case inputNameRepeated = "input-name-repeated"
        case machineOrder = "machine-order"
        case otherDeviceTrees = "other-device-trees"
        case contentSize = "content-size"
        case contentDigest = "content-digest"
        case reusedCommandLine = "reused-command-line"
        case consoleNotFound = "console-not-found"

        // What kexec_file_load is asked.

        case inputIgnored = "input-ignored"
        case inputEmpty = "input-empty"
        case inputTooLarge = "input-too-large"
        case commandLineZero = "command-line-zero"
        case commandLineSize = "command-line-size"
        case commandLineReserve = "command-line-reserve"
        case bzImageHeader = "bzimage-header"
        case flagRepeated = "flag-repeated"
        case flagArchitecture = "flag-architecture"

        // Segments.

        case segmentCount = "segment-count"
        case machinePageSize = "machine-page-size"
        case segmentRange = "segment-range"
        case segmentAlignment = "segment-alignment"
        case segmentTotal = "segment-total"
        case segmentContent = "segment-content"
        case segmentOrder = "segment-order"
        case segmentOverlap = "segment-overlap"
        case segmentMemory = "segment-memory"
        case segmentWindow = "segment-window"

        // The boot protocol.

        case kernelAlignment = "kernel-alignment"
        case kernelMemory = "kernel-memory"
        case kernelAddressBits = "kernel-address-bits"
        case deviceTreeSize = "device-tree-size"
        case deviceTreeAlignment = "device-tree-alignment"
        case deviceTreeBlocks = "device-tree-blocks"
        case initrdWindow = "initrd-window"
        case chosenProperty = "chosen-property"

        // The device tree.

        case editPlace = "edit-place"
        case reservationRepeated = "reservation-repeated"
        case seedProperty = "seed-property"

        // Purgatory.

        case entryInCode = "entry-in-code"
        case codeAlignment = "code-alignment"
        case sectionOrder = "section-order"
        case sectionOverlap = "section-overlap"
        case sectionPlace = "section-place"
        case relocationPlace = "relocation-place"
        case symbolOrder = "symbol-order"
        case symbolOverlap = "symbol-overlap"
        case symbolPlace = "symbol-place"
        case symbolValue = "symbol-value"
        case symbolUnneeded = "symbol-unneeded"
        case sectionWriteExecute = "section-write-execute"

        // Page tables.

        case mmuOffReason = "mmu-off-reason"
        case mmuOffFounded = "mmu-off-founded"
        case contractTables = "contract-tables"
        case contractRegisters = "contract-registers"
        case granule
        case inputAddressBits = "input-address-bits"
        case rootAlignment = "root-alignment"
        case rootPlace = "root-place"
        case tableLevels = "table-levels"
        case pageTablesSize = "page-tables-size"
        case memoryAttributes = "memory-attributes"
        case translationControl = "translation-control"
        case mappingAlignment = "mapping-alignment"
        case mappingOrder = "mapping-order"
        case mappingOverlap = "mapping-overlap"
        case mappingAddressBits = "mapping-address-bits"
        case mappingEntries = "mapping-entries"
        case mappingMissing = "mapping-missing"
        case mappingUnneeded = "mapping-unneeded"
        case consoleZero = "console-zero"
        case consoleAlignment = "console-alignment"
        case consoleRange = "console-range"
        case consoleInRAM = "console-in-ram"
        case mappingMemory = "mapping-memory"
        case mappingUse = "mapping-use"
        case mappingWriteExecute = "mapping-write-execute"

        // What is filled in later.

        case slotPlace = "slot-place"
        case slotOverlap = "slot-overlap"
        case slotUnneeded = "slot-unneeded"
        case randomSlotSegment = "random-slot-segment"
        case randomSlotProperty = "random-slot-property"
        case reportSlot = "report-slot"
        case propertySlots = "property-slots"
        case digestSlot = "digest-slot"
        case digestRenewed = "digest-renewed"
    }
}

extension Violation.Problem {
    /// The rule that is broken.
    public var rule: Violation.Rule {
        switch self {
        case .segmentMissing: .segmentMissing
        case .segmentRepeated: .segmentRepeated
        case .segmentUnneeded: .segmentUnneeded
        case .inputMissing: .inputMissing
        case .inputRepeated: .inputRepeated
        case .inputUnneeded: .inputUnneeded
        case .inputName: .inputName
        case .inputNameRepeated: .inputNameRepeated
        case .machineOrder: .machineOrder
        case .otherTrees: .otherDeviceTrees
        case .contentSize: .contentSize
        case .contentDigest: .contentDigest
        case .reusedCommandLine: .reusedCommandLine
        case .consoleNotFound: .consoleNotFound
        case .inputIgnored: .inputIgnored
        case .inputEmpty: .inputEmpty
        case .inputTooLarge: .inputTooLarge
        case .commandLineHasZero: .commandLineZero
        case .commandLineTooLong: .commandLineSize
        case .commandLineBeyondReserve: .commandLineReserve
        case .bzImageField: .bzImageHeader
        case .flagRepeated: .flagRepeated
        case .flagOfOtherArchitecture: .flagArchitecture
        case .segmentCount: .segmentCount
        case .machinePageSize: .machinePageSize
        case .segmentRange: .segmentRange
        case .segmentAlignment: .segmentAlignment
        case .moreThanHalfOfMemory: .segmentTotal
        case .segmentContent: .segmentContent
        case .segmentOrder: .segmentOrder
        case .segmentsOverlap: .segmentOverlap
        case .segmentOutsideMemory: .segmentMemory
        case .segmentOutsideWindow: .segmentWindow
        case .kernelBase: .kernelAlignment
        case .kernelMemory: .kernelMemory
        case .kernelBeyond48Bits: .kernelAddressBits
        case .deviceTreeSize: .deviceTreeSize
        case .deviceTreeAlignment: .deviceTreeAlignment
        case .deviceTreeBlocks: .deviceTreeBlocks
        case .initrdWindow: .initrdWindow
        case .chosenProperty: .chosenProperty
        case .editPlace: .editPlace
        case .reservationRepeated: .reservationRepeated
        case .seedProperty: .seedProperty
        case .entryOutsideCode: .entryInCode
        case .codeAlignment: .codeAlignment
        case .sectionOrder: .sectionOrder
        case .sectionsOverlap: .sectionOverlap
        case .sectionOutsidePurgatory: .sectionPlace
        case .relocationOutsideSections: .relocationPlace
        case .symbolOrder: .symbolOrder
        case .symbolsOverlap: .symbolOverlap
        case .symbolOutsideSections: .symbolPlace
        case .symbolValue: .symbolValue
        case .symbolUnneeded: .symbolUnneeded
        case .sectionWrittenAndExecuted: .sectionWriteExecute
        case .mmuOffUnexplained: .mmuOffReason
        case .mmuOffUnfounded: .mmuOffFounded
        case .tablesOfContract: .contractTables
        case .registersOfContract: .contractRegisters
        case .granule: .granule
        case .inputAddressBits: .inputAddressBits
        case .rootAlignment: .rootAlignment
        case .rootOutsidePageTables: .rootPlace
        case .tableLevels: .tableLevels
        case .pageTablesSize: .pageTablesSize
        case .memoryAttributes: .memoryAttributes
        case .translationControl: .translationControl
        case .mappingAlignment: .mappingAlignment
        case .mappingOrder: .mappingOrder
        case .mappingsOverlap: .mappingOverlap
        case .mappingBeyondAddressBits: .mappingAddressBits
        case .mappingEntries: .mappingEntries
        case .notMapped: .mappingMissing
        case .mappedInVain: .mappingUnneeded
        case .consoleAtZero: .consoleZero
        case .consoleAlignment: .consoleAlignment
        case .consoleBeyond64Bits: .consoleRange
        case .consoleInRAM: .consoleInRAM
        case .mappingOutsideMemory: .mappingMemory
        case .mappingUse: .mappingUse
        case .mappingWrittenAndExecuted: .mappingWriteExecute
        case .slotOutsideContent: .slotPlace
        case .slotsOverlap: .slotOverlap
        case .slotUnneeded: .slotUnneeded
        case .randomSlotOutsideDeviceTree: .randomSlotSegment
        case .randomSlot: .randomSlotProperty
        case .reportSlot: .reportSlot
        case .propertySlots: .propertySlots
        case .digestSlot: .digestSlot
        case .digestNotRenewed: .digestRenewed
        }
    }
}
