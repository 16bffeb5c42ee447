import KexecPlan

extension Plan: PlanCoded {
    var json: JSONValue {
        .block([
            "format_version": .string(PlanJSON.formatVersion),
            "architecture": .string(Self.architecture),
            "method": .string(method.rawValue),
            "type": .string(Self.type),
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
        // First of all: in another major version anything else may differ.
        try field.member("format_version").checkVersion()
        try field.member("architecture").constant(Self.architecture)
        try field.member("type").constant(Self.type)
        self.init(
            method: try field.member("method").word(),
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

    /// The only architecture that plans are for.
    private static let architecture = "arm64"
    /// The only type of kexec: not one into a crash kernel.
    private static let type = "normal"
}

extension JSONField {
    /// `1.` and any minor version: a later one has more keys, which are ignored.
    fileprivate func checkVersion() throws(PlanDecodingError) {
        guard case .string(let text) = value else { throw unexpected(due: .version) }
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy(Self.isDecimal) else { throw unexpected(due: .version) }
        guard parts[0].elementsEqual("1".utf8) else {
            throw PlanDecodingError(
                path: path, reason: .otherMajorVersion(text, known: PlanJSON.formatVersion))
        }
    }

    private static func isDecimal(_ digits: Substring.UTF8View) -> Bool {
        guard let first = digits.first else { return false }
        return digits.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            && (digits.count == 1 || first != UInt8(ascii: "0"))
    }
}
