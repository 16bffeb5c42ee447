import Arm64

extension Plan {
    /// All rules that the plan breaks: none for a plan that may be loaded.
    ///
    /// Checked before emitting and before loading, since people edit plans by hand. What only the machine knows
    /// (how much memory is there to copy segments to, which granules its CPU has) is not among the rules.
    public func violations() -> [Violation] {
        Self.checks.flatMap { check in check(self).map(Violation.init) }
    }

    /// What finds what in a plan breaks rules.
    private static let checks: [@Sendable (Plan) -> [Violation.Problem]] = [
        // What is there.
        { $0.segmentsNeeded() },
        { $0.inputsNeeded() },
        { $0.inputs.namesWithFolder() },
        { $0.inputs.namesRepeated() },
        { $0.machineOrder() },
        { $0.contentOfInputs() },
        { $0.requestAgrees() },

        // Segments.
        { $0.segmentCount() },
        { $0.machinePageSize() },
        { $0.segmentRanges() },
        { $0.segmentAlignment() },
        { $0.segmentContents() },
        { $0.segmentTotal() },
        { $0.segmentOrder() },
        { $0.segmentsApart() },
        { $0.segmentsInMemory() },
        { $0.segmentsInWindow() },

        // The boot protocol.
        { $0.kernelBase() },
        { $0.kernelMemory() },
        { $0.kernelIn48Bits() },
        { $0.deviceTreeSize() },
        { $0.deviceTreeAlignment() },
        { $0.deviceTreeBlocks() },
        { $0.initrdWindow() },
        { $0.chosenProperties() },

        // The device tree.
        { $0.editPlaces() },
        { $0.reservationsDiffer() },
        { $0.seedProperties() },

        // Purgatory.
        { $0.entryInCode() },
        { $0.codeAlignment() },
        { $0.sectionOrder() },
        { $0.sectionsApart() },
        { $0.sectionsInPurgatory() },
        { $0.relocationsInSections() },
        { $0.symbolOrder() },
        { $0.symbolsApart() },
        { $0.symbolsInSections() },
        { $0.symbolValues() },
        { $0.symbolsNeeded() },
        { $0.sectionsWrittenAndExecuted() },

        // Page tables: whether there are any, their geometry, then what they map.
        { $0.mmuOffReason() },
        { $0.contractOfTables() },
        { $0.registersOfContract() },
        { $0.granules() },
        { $0.inputAddressBits() },
        { $0.rootAlignment() },
        { $0.rootInPageTables() },
        { $0.tableLevels() },
        { $0.pageTablesSize() },
        { $0.memoryAttributes() },
        { $0.translationControl() },
        { $0.mappingAlignment() },
        { $0.mappingOrder() },
        { $0.mappingsApart() },
        { $0.mappingsInAddressBits() },
        { $0.mappingEntries() },
        { $0.mappingsExact() },
        { $0.consoleRegisters() },
        { $0.consoleInDeviceMemory() },
        { $0.mappingsInMemory() },
        { $0.mappingUse() },
        { $0.mappingsWrittenAndExecuted() },

        // What is filled in on the machine.
        { $0.slotsInContent() },
        { $0.slotsApart() },
        { $0.slotsAskedFor() },
        { $0.randomSlotsInDeviceTree() },
        { $0.randomSlotsFillProperties() },
        { $0.reportSlotFillsProperty() },
        { $0.propertiesFilledOnce() },
        { $0.digestsInPlace() },
        { $0.digestsOfFilledSegments() },
    ]
}
