/// The two written forms of a JSON value. Which element stands on which line is decided here and by the layout of
/// objects; json-c writes the strings.
struct JSONWriter {
    private var bytes: [UInt8] = []

    /// For people and diffs: one member or element a line, but for objects whose layout is one line.
    static func lines(_ value: JSONValue) -> [UInt8] {
        var writer = JSONWriter()
        writer.write(value, indent: 0)
        writer.put("\n")
        return writer.bytes
    }

    /// RFC 8785 (JCS): keys sorted by UTF-16 code units, no white space.
    static func canonical(_ value: JSONValue) -> [UInt8] {
        var writer = JSONWriter()
        writer.writeCanonical(value)
        return writer.bytes
    }

    private mutating func put(_ text: String) {
        bytes += text.utf8
    }

    private mutating func write(_ value: JSONValue, indent: Int) {
        switch value {
        case .array(let elements) where !elements.isEmpty:
            writeBlock("[", elements, "]", indent: indent) { writer, element in
                writer.write(element, indent: indent + 1)
            }
        case .object(let members, .block) where !members.isEmpty:
            writeBlock("{", members, "}", indent: indent) { writer, member in
                writer.bytes += JSONText.literal(member.key)
                writer.put(": ")
                writer.write(member.value, indent: indent + 1)
            }
        case .null, .boolean, .integer, .number, .string, .array, .object:
            writeLine(value)
        }
    }

    private mutating func writeBlock<Item>(
        _ open: String, _ items: [Item], _ close: String, indent: Int,
        write: (inout JSONWriter, Item) -> Void
    ) {
        put(open)
        for (index, item) in items.enumerated() {
            put(index == 0 ? "\n" : ",\n")
            put(String(repeating: "  ", count: indent + 1))
            write(&self, item)
        }
        put("\n" + String(repeating: "  ", count: indent) + close)
    }

    private mutating func writeLine(_ value: JSONValue) {
        switch value {
        case .null, .boolean, .integer, .number, .string:
            writeScalar(value)
        case .array(let elements):
            put(elements.isEmpty ? "[" : "[ ")
            for (index, element) in elements.enumerated() {
                if index > 0 { put(", ") }
                writeLine(element)
            }
            put(elements.isEmpty ? "]" : " ]")
        case .object(let members, _):
            put(members.isEmpty ? "{" : "{ ")
            for (index, member) in members.enumerated() {
                if index > 0 { put(", ") }
                bytes += JSONText.literal(member.key)
                put(": ")
                writeLine(member.value)
            }
            put(members.isEmpty ? "}" : " }")
        }
    }

    private mutating func writeCanonical(_ value: JSONValue) {
        switch value {
        case .integer(let number): put(CanonicalNumber.text(number))
        // Of a number beyond all doubles RFC 8785 has no form: it stays as it is written.
        case .number(let text): put(Double(text).flatMap(CanonicalNumber.text) ?? text)
        case .null, .boolean, .string:
            writeScalar(value)
        case .array(let elements):
            put("[")
            for (index, element) in elements.enumerated() {
                if index > 0 { put(",") }
                writeCanonical(element)
            }
            put("]")
        case .object(let members, _):
            put("{")
            let sorted = members.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }
            for (index, member) in sorted.enumerated() {
                if index > 0 { put(",") }
                bytes += JSONText.literal(member.key)
                put(":")
                writeCanonical(member.value)
            }
            put("}")
        }
    }

    private mutating func writeScalar(_ value: JSONValue) {
        switch value {
        case .boolean(let value): put(value ? "true" : "false")
        case .integer(let value): put(String(value))
        case .number(let text): put(text)
        case .string(let text): bytes += JSONText.literal(text)
        case .null, .array, .object: put("null")
        }
    }
}
