import KexecPlan

extension AnyPlan: PlanCoded {
    var json: JSONValue {
        switch self {
        case .kexecLoad(let plan): plan.json
        case .kexecFileLoad(let plan): plan.json
        }
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        // First of all: in another major version anything else may differ.
        try field.member("format_version").checkVersion(known: PlanJSON.formatVersion)
        self =
            switch try field.member("method").word(LoadMethod.self) {
            case .kexecLoad: .kexecLoad(try Plan(json: field))
            case .kexecFileLoad: .kexecFileLoad(try FileLoadPlan(json: field))
            }
    }
}
