import Arm64
import KexecPlan

extension PageTablePlan: PlanCoded {
    var json: JSONValue {
        .block([
            "root": .hex(root),
            "granule": .string(granule.rawValue),
            "input_address_bits": .integer(Int64(inputAddressBits)),
            "tables": .list(tables),
            "registers": registers?.json ?? .null,
            "mappings": .list(mappings),
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(
            root: try field.member("root").address(),
            granule: try field.member("granule").word(),
            inputAddressBits: try field.member("input_address_bits").integer(0...64),
            tables: try field.member("tables").list(.tables),
            registers: try field.member("registers").optional(TranslationRegisters.init(json:)),
            mappings: try field.member("mappings").list(.mappings))
    }
}

extension PageTablePlan.TableCount: PlanCoded {
    var json: JSONValue {
        .line(["level": .integer(Int64(level.rawValue)), "count": .integer(Int64(count))])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        let levels = TranslationLevel.allCases
        let level = try field.member("level").integer(0...Int64(levels.count - 1))
        self.init(level: levels[level], count: try field.member("count").integer(JSONField.counts))
    }
}

extension TranslationRegisters: PlanCoded {
    var json: JSONValue {
        .line([
            "mair": .hex(mair), "tcr_el1": .hex(tcrEL1), "tcr_el2": .hex(tcrEL2),
            "tcr_el2_e2h": .hex(tcrEL2E2H),
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(
            mair: try field.member("mair").hex(),
            tcrEL1: try field.member("tcr_el1").hex(),
            tcrEL2: try field.member("tcr_el2").hex(),
            tcrEL2E2H: try field.member("tcr_el2_e2h").hex())
    }
}

extension Mapping: PlanCoded {
    var json: JSONValue {
        range.json.appending([
            "memory": .string(memory.rawValue), "access": .string(access.rawValue),
            "entries": .list(entries), "for": .string(purpose),
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(
            range: try AddressRange(json: field),
            memory: try field.member("memory").word(),
            access: try field.member("access").word(),
            entries: try field.member("entries").list(.entries),
            purpose: try field.member("for").text())
    }
}

extension Mapping.EntryCount: PlanCoded {
    var json: JSONValue { .line(["size": .hex(size), "count": .integer(Int64(count))]) }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(
            size: try field.member("size").hex(), count: try field.member("count").integer(JSONField.counts))
    }
}
