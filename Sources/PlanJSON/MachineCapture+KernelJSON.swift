import Arm64
import KexecPlan

extension RunningKernel: PlanCoded {
    var json: JSONValue {
        .block([
            "release": .optional(release),
            "version": .optional(version),
            "page_size": .optional(hex: pageSize),
            "command_line": .optional(commandLine),
            "configuration": configuration?.json ?? .null,
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(
            release: try field.maybe("release")?.text(),
            version: try field.maybe("version")?.text(),
            pageSize: try field.maybe("page_size")?.hex(),
            commandLine: try field.maybe("command_line")?.text(),
            configuration: try field.member("configuration").optional(Configuration.init(json:)))
    }
}

extension RunningKernel.Configuration: PlanCoded {
    var json: JSONValue {
        .block(["path": .string(path), "options": .list(options)])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(
            path: try field.member("path").text(), options: try field.member("options").list(.facts))
    }
}

extension RunningKernel.Option: PlanCoded {
    var json: JSONValue { .line(["name": .string(name), "value": .string(value)]) }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(name: try field.member("name").text(), value: try field.member("value").text())
    }
}

extension Processors: PlanCoded {
    var json: JSONValue {
        .block([
            "possible": .optional(possible),
            "online": .optional(online),
            "models": .list(models),
            "features": features.map(JSONValue.texts) ?? .null,
            "exception_level": .optional(integer: exceptionLevel),
            "e2h": .optional(flag: usesE2H),
            "enable_methods": .texts(enableMethods),
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(
            possible: try field.maybe("possible")?.text(),
            online: try field.maybe("online")?.text(),
            models: try field.member("models").list(.facts),
            features: try field.maybe("features")?.texts(.facts),
            exceptionLevel: try field.maybe("exception_level")?.integer(1...2),
            usesE2H: try field.maybe("e2h")?.boolean(),
            enableMethods: try field.member("enable_methods").texts(.facts))
    }
}

extension Processors.Model: PlanCoded {
    var json: JSONValue {
        .line([
            "processors": .string(processors), "midr": .optional(hex: mainID), "name": .optional(name),
            "granules": granules.map { .texts($0.map(\.rawValue)) } ?? .null,
            "physical_address_bits": .optional(integer: physicalAddressBits), "vhe": .optional(flag: hasVHE),
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(
            processors: try field.member("processors").text(),
            mainID: try field.maybe("midr")?.hex(),
            name: try field.maybe("name")?.text(),
            granules: try field.maybe("granules")?.granules(),
            physicalAddressBits: try field.maybe("physical_address_bits")?.integer(32...52),
            hasVHE: try field.maybe("vhe")?.boolean())
    }
}

extension Granule: PlanCoded {
    var json: JSONValue { .string(rawValue) }

    init(json field: JSONField) throws(PlanDecodingError) {
        self = try field.word()
    }
}

extension JSONField {
    fileprivate func granules() throws(PlanDecodingError) -> [Granule] { try list(.granules) }
}
