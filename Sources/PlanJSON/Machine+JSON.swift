import Arm64
import KexecPlan

extension Machine: PlanCoded {
    var json: JSONValue {
        let trees = JSONValue.block([
            "page_size": .hex(pageSize),
            "device_tree": deviceTree?.json ?? .null,
        ])
        // Of machines with one device tree there is nothing to be said.
        let all = otherTrees.isEmpty ? trees : trees.appending(["other_device_trees": .list(otherTrees)])
        return all.appending([
            "memory": .list(memory.ram),
            "reserved": .list(memory.reserved),
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(
            pageSize: try field.member("page_size").hex(),
            memory: MemoryMap(
                ram: try field.member("memory").list(.memoryRanges),
                reserved: try field.member("reserved").list(.memoryRanges)),
            deviceTree: try field.member("device_tree").optional(DeviceTreeIdentity.init(json:)),
            otherTrees: try field.optionalMember("other_device_trees")?.list(.machines) ?? [])
    }
}

extension DeviceTreeIdentity: PlanCoded {
    var json: JSONValue {
        .line([
            "compatible": .array(compatible.map(JSONValue.string)), "sha256": .string(sha256.hex),
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        let names: [CodedText] = try field.member("compatible").list(.compatible)
        self.init(compatible: names.map(\.text), sha256: try field.member("sha256").digest())
    }
}

extension MemoryMap.Region: PlanCoded {
    var json: JSONValue { range.json.appending(["kind": .string(kind)]) }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(range: try AddressRange(json: field), kind: try field.member("kind").text())
    }
}
