import Arm64
import KexecPlan

extension Consoles: PlanCoded {
    var json: JSONValue {
        .block([
            "stdout_path": .optional(stdoutPath),
            "command_line": .texts(commandLine),
            "active": active.map(JSONValue.texts) ?? .null,
            "ports": .list(ports),
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(
            stdoutPath: try field.maybe("stdout_path")?.text(),
            commandLine: try field.member("command_line").texts(.facts),
            active: try field.maybe("active")?.texts(.facts),
            ports: try field.member("ports").list(.facts))
    }
}

extension Consoles.Port: PlanCoded {
    var json: JSONValue {
        .line(["name": .string(name), "address": .hex(address), "space": .string(space.rawValue)])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(
            name: try field.member("name").text(), address: try field.member("address").hex(),
            space: try field.member("space").word())
    }
}

extension Interrupts: PlanCoded {
    var json: JSONValue {
        .block([
            "its": .optional(flag: hasITS),
            "tables": .list(tables),
            "tables_complete": .boolean(isComplete),
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(
            hasITS: try field.maybe("its")?.boolean(), tables: try field.member("tables").list(.facts),
            isComplete: try field.member("tables_complete").boolean())
    }
}

extension Interrupts.Table: PlanCoded {
    var json: JSONValue { range.json.appending(["kind": .string(kind.rawValue)]) }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(kind: try field.member("kind").word(), range: try AddressRange(json: field))
    }
}

extension Firmware: PlanCoded {
    var json: JSONValue {
        .block([
            "model": .optional(model),
            "vendor": .optional(vendor),
            "efi": .boolean(usesEFI),
            "efi_bits": .optional(integer: efiBits),
            "efi_runtime_services": .optional(flag: hasRuntimeServices),
            "secure_boot": .optional(flag: usesSecureBoot),
            "acpi": .optional(flag: usesACPI),
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(
            model: try field.maybe("model")?.text(),
            vendor: try field.maybe("vendor")?.text(),
            usesEFI: try field.member("efi").boolean(),
            efiBits: try field.maybe("efi_bits")?.integer(32...64),
            hasRuntimeServices: try field.maybe("efi_runtime_services")?.boolean(),
            usesSecureBoot: try field.maybe("secure_boot")?.boolean(),
            usesACPI: try field.maybe("acpi")?.boolean())
    }
}
