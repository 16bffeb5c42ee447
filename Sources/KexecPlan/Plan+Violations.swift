import Arm64

extension Plan {
    /// All rules that the plan breaks: none for a plan that may be loaded.
    ///
    /// Checked before emitting and before loading, since people edit plans by hand. What only the machine knows
    /// (how much memory is there to copy segments to, which granules its CPU has) is not among the rules.
    public func violations() -> [Violation] {
        Self.rules.flatMap { rule in
            rule.check(self).map { Violation(problem: $0, source: rule.source) }
        }
    }

    /// A rule: where it stands, and what in a plan breaks it.
    private struct Rule: Sendable {
        let source: Violation.Source
        let check: @Sendable (Plan) -> [Violation.Problem]

        init(_ source: Violation.Source, _ check: @escaping @Sendable (Plan) -> [Violation.Problem]) {
            self.source = source
            self.check = check
        }
    }

    private static let rules: [Rule] = [
        // What is there.
        Rule(.plan) { $0.segmentsNeeded() },
        Rule(.plan) { $0.inputsNeeded() },
        Rule(.plan) { $0.inputs.namesWithFolder() },
        Rule(.plan) { $0.inputs.namesRepeated() },
        Rule(.plan) { $0.machineOrder() },
        Rule(.plan) { $0.contentOfInputs() },
        Rule(.plan) { $0.requestAgrees() },

        // Segments.
        Rule(.kexecLoad) { $0.segmentCount() },
        Rule(.architecture) { $0.machinePageSize() },
        Rule(.kexecLoad) { $0.segmentRanges() },
        Rule(.kexecLoad) { $0.segmentAlignment() },
        Rule(.kexecLoad) { $0.segmentContents() },
        Rule(.kexecLoad) { $0.segmentTotal() },
        Rule(.plan) { $0.segmentOrder() },
        Rule(.kexecLoad) { $0.segmentsApart() },
        Rule(.kexecLoad) { $0.segmentsInMemory() },
        Rule(.plan) { $0.segmentsInWindow() },

        // The boot protocol.
        Rule(.booting) { $0.kernelBase() },
        Rule(.booting) { $0.kernelMemory() },
        Rule(.booting) { $0.kernelIn48Bits() },
        Rule(.booting) { $0.deviceTreeSize() },
        Rule(.booting) { $0.deviceTreeAlignment() },
        Rule(.booting) { $0.deviceTreeBlocks() },
        Rule(.booting) { $0.initrdWindow() },
        Rule(.booting) { $0.chosenProperties() },

        // The device tree.
        Rule(.plan) { $0.editPlaces() },
        Rule(.plan) { $0.reservationsDiffer() },
        Rule(.plan) { $0.seedProperties() },

        // Purgatory.
        Rule(.architecture) { $0.entryInCode() },
        Rule(.architecture) { $0.codeAlignment() },
        Rule(.plan) { $0.sectionOrder() },
        Rule(.plan) { $0.sectionsApart() },
        Rule(.plan) { $0.sectionsInPurgatory() },
        Rule(.elf) { $0.relocationsInSections() },
        Rule(.plan) { $0.symbolOrder() },
        Rule(.plan) { $0.symbolsApart() },
        Rule(.plan) { $0.symbolsInSections() },
        Rule(.plan) { $0.symbolValues() },
        Rule(.plan) { $0.symbolsNeeded() },
        Rule(.plan) { $0.sectionsWrittenAndExecuted() },

        // Page tables: whether there are any, their geometry, then what they map.
        Rule(.plan) { $0.mmuOffReason() },
        Rule(.plan) { $0.contractOfTables() },
        Rule(.plan) { $0.registersOfContract() },
        Rule(.plan) { $0.granules() },
        Rule(.architecture) { $0.inputAddressBits() },
        Rule(.architecture) { $0.rootAlignment() },
        Rule(.plan) { $0.rootInPageTables() },
        Rule(.architecture) { $0.tableLevels() },
        Rule(.plan) { $0.pageTablesSize() },
        Rule(.architecture) { $0.memoryAttributes() },
        Rule(.architecture) { $0.translationControl() },
        Rule(.architecture) { $0.mappingAlignment() },
        Rule(.plan) { $0.mappingOrder() },
        Rule(.architecture) { $0.mappingsApart() },
        Rule(.architecture) { $0.mappingsInAddressBits() },
        Rule(.architecture) { $0.mappingEntries() },
        Rule(.plan) { $0.mappingsExact() },
        Rule(.plan) { $0.consoleRegisters() },
        Rule(.plan) { $0.consoleInDeviceMemory() },
        Rule(.plan) { $0.mappingsInMemory() },
        Rule(.plan) { $0.mappingUse() },
        Rule(.plan) { $0.mappingsWrittenAndExecuted() },

        // What is filled in on the machine.
        Rule(.plan) { $0.slotsInContent() },
        Rule(.plan) { $0.slotsApart() },
        Rule(.plan) { $0.slotsAskedFor() },
        Rule(.plan) { $0.randomSlotsInDeviceTree() },
        Rule(.plan) { $0.randomSlotsFillProperties() },
        Rule(.plan) { $0.reportSlotFillsProperty() },
        Rule(.plan) { $0.propertiesFilledOnce() },
        Rule(.plan) { $0.digestsInPlace() },
        Rule(.plan) { $0.digestsOfFilledSegments() },
    ]
}
