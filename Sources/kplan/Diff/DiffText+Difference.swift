import KexecPlan

extension DiffText {
    /// The difference in words, without its field: a text or more.
    func texts(_ difference: PlanDifference) -> [String] {
        switch difference {
        case .input(_, let change): input(change)
        case .commandLine(let change): [commandLine(change)]
        case .reusedCommandLine(let change):
            ["kept of the device tree's: " + self.change(change, none: "nothing") { quoted($0) }]
        case .liveTree(let change):
            [self.change(change) { $0 ? "the machine's own, when the plan is applied" : "that of an input" }]
        case .consoleSource(let change): [self.change(change, text)]
        case .console(let change): [self.change(change) { "\($0)" }]
        case .granule(let change): [self.change(change) { $0.rawValue }]
        case .mmuMayStayOff(let change):
            [self.change(change) { $0 ? "may stay off without page tables" : "must be on" }]
        case .seeds(let change): [self.change(change) { $0.rawValue }]
        case .memoryWindow(let change): [self.change(change, none: "all memory") { text($0) }]
        case .pageSize(let change): [sizes(change.old ?? 0, change.new ?? 0)]
        case .machineTree(let change): machineTree(change)
        case .givenTree(let change): [text(change)]
        case .uefi(let change):
            [
                "\((change.old ?? change.new).map { style.printable($0.property) } ?? "") "
                    + self.change(change) { $0.value.hex }
            ]
        case .ram(let change), .reserved(let change): [region(change)]
        case .kernelHeader(let change): kernelHeader(change)
        case .method(let change): [self.change(change) { $0.rawValue }]
        case .architecture(let change): [self.change(change) { $0.rawValue }]
        case .type(let change): [self.change(change) { text($0) }]
        case .flag(let change):
            [(change.new == nil ? "- " : "+ ") + ((change.new ?? change.old)?.rawValue ?? "")]
        case .filePassing(let change): [self.change(change) { $0.rawValue }]
        case .fileLoadKernel(let change): fileLoadKernel(change)
        case .decision(let decision, let change): [self.change(change) { text(decision, by: $0) }]
        case .verifier(let change): [self.change(change, text)]
        case .withoutCounterpart(let part): [text(part)]
        case .entry(let change): [self.change(change) { "\($0)" }]
        case .segment(_, let change): segment(change)
        case .edit(let change): [edit(change)]
        case .removedReservation(let change):
            ["removed from /memreserve/: " + self.change(change, none: "nothing") { text($0) }]
        case .pageTables(let change):
            [
                self.change(change) { tables in
                    "\(tables.totalCount.counted("table")), \(tables.granule.rawValue) granule, "
                        + "\(tables.inputAddressBits)-bit addresses, root at \(tables.root)"
                }
            ]
        case .tableRoot(let change): ["root " + self.change(change) { "\($0)" }]
        case .tableGranule(let change): ["granule " + self.change(change) { $0.rawValue }]
        case .addressBits(let change): [self.change(change) { "\($0)" } + "-bit addresses"]
        case .totalTableCount(let change): [self.change(change) { "\($0)" } + " tables"]
        case .tableCount(let change): [tableCount(change)]
        case .registers(let change): registers(change)
        case .mapping(let change): mapping(change)
        case .mmuOff(let change):
            ["MMU " + self.change(change, none: "on") { "off: \(Messages.text($0))" }]
        case .contract(let change): ["contract " + self.change(change) { $0.rawValue }]
        case .section(let change): [section(change)]
        case .relocation(let change): [relocation(change)]
        case .symbol(let change): [symbol(change)]
        case .runtimeSlot(let change): [runtimeSlot(change)]
        case .order(let list): ["the same in another order: \(text(list))"]
        case .other(let path): [style.printable(path)]
        }
    }

    private func text(_ source: ConsoleSource) -> String {
        switch source {
        case .given: "as asked for"
        case .unasked: "where the device tree's stdout-path leads, if it does"
        case .stdoutPath: "where the device tree's stdout-path leads"
        case .port(let name): "where the device tree has \(style.printable(name))"
        }
    }

    private func text(_ list: PlanList) -> String {
        switch list {
        case .inputs: "inputs"
        case .ram: "System RAM"
        case .reserved: "what is reserved"
        case .segments: "segments"
        case .flags: "flags"
        case .edits: "changes"
        case .removedReservations: "removed reservations"
        case .uefi: "pointers"
        case .tables: "levels"
        case .mappings: "mappings"
        case .sections: "sections"
        case .relocations: "relocations"
        case .symbols: "symbols"
        case .runtimeSlots: "places"
        }
    }
}
