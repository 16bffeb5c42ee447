import Arm64
import KexecPlan

extension Machine: PlanCoded {
    var json: JSONValue {
        .block([
            "page_size": .hex(pageSize),
            "memory": .list(memory.ram),
            "reserved": .list(memory.reserved),
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(
            pageSize: try field.member("page_size").hex(),
            memory: MemoryMap(
                ram: try field.member("memory").list(.memoryRanges),
                reserved: try field.member("reserved").list(.memoryRanges)))
    }
}

extension MemoryMap.Region: PlanCoded {
    var json: JSONValue { range.json.appending(["kind": .string(kind)]) }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(range: try AddressRange(json: field), kind: try field.member("kind").text())
    }
}
