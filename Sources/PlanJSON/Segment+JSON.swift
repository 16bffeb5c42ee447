import KexecPlan

extension Segment: PlanCoded {
    var json: JSONValue {
        .line([
            "role": .string(role.rawValue), "address": .hex(address), "memory_size": .hex(memorySize),
            "content_size": .hex(contentSize), "sha256": .string(sha256.hex),
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(
            role: try field.member("role").word(),
            address: try field.member("address").address(),
            memorySize: try field.member("memory_size").hex(),
            contentSize: try field.member("content_size").hex(),
            sha256: try field.member("sha256").digest())
    }
}

extension RuntimeSlot: PlanCoded {
    var json: JSONValue {
        let place = JSONValue.line([
            "segment": .string(segment.rawValue), "offset": .hex(offset), "length": .hex(length),
        ])
        let filled =
            switch fill {
            case .random: place.appending(["fill": "random"])
            case .segmentsDigest: place.appending(["fill": "segments-digest"])
            case .report: place.appending(["fill": "report"])
            case .digest(let role): place.appending(["fill": "digest", "of": .string(role.rawValue)])
            }
        return filled.appending(["for": .string(purpose)])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        let fill: Fill =
            switch try field.member("fill").index(in: ["random", "segments-digest", "report", "digest"]) {
            case 0: .random
            case 1: .segmentsDigest
            case 2: .report
            default: .digest(of: try field.member("of").word())
            }
        self.init(
            segment: try field.member("segment").word(),
            offset: try field.member("offset").hex(),
            length: try field.member("length").hex(),
            fill: fill,
            purpose: try field.member("for").text())
    }
}
