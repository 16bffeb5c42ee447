import Base64
import Arm64
import KexecPlan

extension MachineCapture: PlanCoded {
    var json: JSONValue {
        .block([
            "format_version": .string(MachineJSON.formatVersion),
            "architecture": .string(architecture.rawValue),
            "kernel": kernel.json,
            "processors": processors.json,
            "memory_map": memory.map(JSONValue.list) ?? .null,
            "device_tree": deviceTree.map { .string(Base64.encode($0)) } ?? .null,
            "consoles": consoles.json,
            "interrupts": interrupts.json,
            "firmware": firmware.json,
            "kexec": kexec.json,
            "crash": crash.json,
            "security": security.json,
            "zeroed": .texts(zeroed),
            "redacted": redacted.map(JSONValue.texts) ?? .null,
            "unreadable": .list(unreadable),
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        // First of all: in another major version anything else may differ.
        try field.member("format_version").checkVersion(known: MachineJSON.formatVersion)
        self.init(
            architecture: try field.member("architecture").word(),
            kernel: try RunningKernel(json: field.member("kernel")),
            processors: try Processors(json: field.member("processors")),
            memory: try field.maybe("memory_map")?.list(.memoryRanges),
            deviceTree: try field.maybe("device_tree")?.base64(),
            consoles: try Consoles(json: field.member("consoles")),
            interrupts: try Interrupts(json: field.member("interrupts")),
            firmware: try Firmware(json: field.member("firmware")),
            kexec: try KexecState(json: field.member("kexec")),
            crash: try CrashFacts(json: field.member("crash")),
            security: try SecurityFacts(json: field.member("security")),
            zeroed: try field.member("zeroed").texts(.facts),
            redacted: try field.maybe("redacted")?.texts(.facts),
            unreadable: try field.member("unreadable").list(.facts))
    }
}

extension MachineCapture.Unreadable: PlanCoded {
    var json: JSONValue {
        .line([
            "what": .string(what), "path": .string(path), "reason": .string(reason.rawValue),
            "errno": errno.map { .integer(Int64($0)) } ?? .null,
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(
            what: try field.member("what").text(), path: try field.member("path").text(),
            reason: try field.member("reason").word(), errno: try field.maybe("errno")?.integer(1...4095))
    }
}

extension MemoryResource: PlanCoded {
    var json: JSONValue {
        range.json.appending(["depth": .integer(Int64(depth)), "name": .string(name)])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(
            range: try AddressRange(json: field), depth: try field.member("depth").integer(0...255),
            name: try field.member("name").text())
    }
}

extension JSONField {
    /// The member `key`, which has to be there; nil where it is null.
    func maybe(_ key: String) throws(PlanDecodingError) -> JSONField? {
        let field = try member(key)
        return field.value == .null ? nil : field
    }

    /// An array of strings, which has no more of them than `limit`.
    func texts(_ limit: ListLimit) throws(PlanDecodingError) -> [String] {
        let texts: [CodedText] = try list(limit)
        return texts.map(\.text)
    }

    /// Bytes in base64.
    fileprivate func base64() throws(PlanDecodingError) -> [UInt8] {
        guard let bytes = Base64.decode(try text()) else { throw unexpected(due: .base64) }
        return bytes
    }
}

extension JSONValue {
    /// The strings, in the same order.
    static func texts(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }
    /// A hex number, or null.
    static func optional(hex number: UInt64?) -> JSONValue { number.map(JSONValue.hex) ?? .null }
    /// A string, or null.
    static func optional(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }
    /// true or false, or null.
    static func optional(flag: Bool?) -> JSONValue { flag.map(JSONValue.boolean) ?? .null }
    /// An integer, or null.
    static func optional(integer: Int?) -> JSONValue { integer.map { .integer(Int64($0)) } ?? .null }
}

/// A string of a list.
struct CodedText: PlanCoded {
    let text: String

    var json: JSONValue { .string(text) }

    init(json field: JSONField) throws(PlanDecodingError) {
        text = try field.text()
    }
}
