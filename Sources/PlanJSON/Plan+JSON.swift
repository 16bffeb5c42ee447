import KexecPlan

extension Plan: PlanCoded {
    var json: JSONValue {
        .block([
            "format_version": .string(PlanJSON.formatVersion),
            "architecture": .string(Self.architecture.rawValue),
            "method": .string(Self.method.rawValue),
            "type": .string(Self.type.rawValue),
            "request": request.json,
            "inputs": .list(inputs),
            "machine": machine.json,
            "kernel": kernel.json,
            "entry": .hex(entry),
            "segments": .list(segments),
            "device_tree": deviceTree.json,
            "page_tables": pageTables?.json ?? .null,
            "mmu_off": mmuOff.map { .string($0.rawValue) } ?? .null,
            "purgatory": purgatory.json,
            "runtime_slots": .list(runtimeSlots),
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        try field.member("architecture").constant(Self.architecture.rawValue)
        try field.member("type").constant(Self.type.rawValue)
        self.init(
            request: try Request(json: field.member("request")),
            inputs: try field.member("inputs").list(.inputs),
            machine: try Machine(json: field.member("machine")),
            kernel: try KernelImage(json: field.member("kernel")),
            entry: try field.member("entry").address(),
            segments: try field.member("segments").list(.segments),
            deviceTree: try DeviceTreePlan(json: field.member("device_tree")),
            pageTables: try field.member("page_tables").optional(PageTablePlan.init(json:)),
            mmuOff: try field.member("mmu_off").optional { field throws(PlanDecodingError) in try field.word()
            },
            purgatory: try PurgatoryPlan(json: field.member("purgatory")),
            runtimeSlots: try field.member("runtime_slots").list(.slots))
    }
}
