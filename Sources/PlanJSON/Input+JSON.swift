import KexecPlan

extension Input: PlanCoded {
    var json: JSONValue {
        .line([
            "role": .string(role.rawValue), "name": .string(name), "size": .hex(size),
            "sha256": .string(sha256.hex),
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(
            role: try field.member("role").word(),
            name: try field.member("name").text(),
            size: try field.member("size").hex(),
            sha256: try field.member("sha256").digest())
    }
}
