import Arm64
import KexecPlan

extension KexecState: PlanCoded {
    var json: JSONValue {
        .block([
            "loaded": .optional(flag: isLoaded),
            "crash_loaded": .optional(flag: isCrashLoaded),
            "load_disabled": .optional(flag: isDisabled),
            "load_limit": .optional(integer: loadLimit),
            "crash_load_limit": .optional(integer: crashLoadLimit),
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(
            isLoaded: try field.maybe("loaded")?.boolean(),
            isCrashLoaded: try field.maybe("crash_loaded")?.boolean(),
            isDisabled: try field.maybe("load_disabled")?.boolean(),
            loadLimit: try field.maybe("load_limit")?.integer(Self.limits),
            crashLoadLimit: try field.maybe("crash_load_limit")?.integer(Self.limits))
    }

    private static let limits: ClosedRange<Int64> = -1...0x7fff_ffff
}

extension CrashFacts: PlanCoded {
    var json: JSONValue {
        .block([
            "reserved_size": .optional(hex: reservedSize),
            "regions": .list(regions),
            "vmcoreinfo": vmcoreinfo?.json ?? .null,
            "notes": .list(notes),
            "elfcorehdr_size": .optional(hex: headerSize),
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(
            reservedSize: try field.maybe("reserved_size")?.hex(),
            regions: try field.member("regions").list(.facts),
            vmcoreinfo: try field.member("vmcoreinfo").optional(AddressRange.init(json:)),
            notes: try field.member("notes").list(.facts),
            headerSize: try field.maybe("elfcorehdr_size")?.hex())
    }
}

extension CrashFacts.Note: PlanCoded {
    var json: JSONValue {
        range.json.appending(["processor": .integer(Int64(processor))])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(
            processor: try field.member("processor").integer(JSONField.counts),
            range: try AddressRange(json: field))
    }
}

extension SecurityFacts: PlanCoded {
    var json: JSONValue {
        .block([
            "lockdown": .optional(lockdown),
            "modules": modules.map(JSONValue.texts) ?? .null,
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(
            lockdown: try field.maybe("lockdown")?.text(),
            modules: try field.maybe("modules")?.texts(.facts))
    }
}
