import CJSONC

/// json-c: text to values, and strings to text. Its objects never leave this file.
enum JSONText {
    /// The value of a text that `JSONScanner` has checked: json-c finds every error of grammar, the scanner
    /// what json-c would let pass.
    static func parse(_ bytes: [UInt8], maximumDepth: Int) throws(PlanDecodingError) -> JSONValue {
        guard !bytes.isEmpty else { throw PlanDecodingError(path: "", reason: .unexpectedEnd(offset: 0)) }
        // json-c counts the values in the innermost container as a level.
        guard let tokener = json_tokener_new_ex(Int32(clamping: maximumDepth + 1)) else {
            throw PlanDecodingError(path: "", reason: .outOfMemory)
        }
        defer { json_tokener_free(tokener) }
        json_tokener_set_flags(tokener, JSON_TOKENER_STRICT)
        var object = bytes.withUnsafeBytes { bytes in
            json_tokener_parse_ex(
                tokener, bytes.bindMemory(to: CChar.self).baseAddress, Int32(clamping: bytes.count))
        }
        var offset = json_tokener_get_parse_end(tokener)
        if json_tokener_get_error(tokener) == json_tokener_continue {
            // A number is complete only where the text is: a zero byte says that it is.
            object = json_tokener_parse_ex(tokener, "", 1)
            offset = bytes.count
        }
        defer { json_object_put(object) }
        switch json_tokener_get_error(tokener) {
        case json_tokener_success:
            return value(object)
        case json_tokener_error_depth:
            throw PlanDecodingError(path: "", reason: .tooDeep(limit: maximumDepth))
        default:
            throw PlanDecodingError(
                path: "",
                reason: offset < bytes.count
                    ? .unexpectedByte(bytes[offset], offset: offset) : .unexpectedEnd(offset: bytes.count))
        }
    }

    /// A string as JSON writes it, with quotation marks: RFC 8785 asks for exactly these escapes.
    static func literal(_ text: String) -> [UInt8] {
        let object = text.withCString {
            json_object_new_string_len($0, Int32(clamping: text.utf8.count))
        }
        defer { json_object_put(object) }
        var length = 0
        let literal = json_object_to_json_string_length(object, JSON_C_TO_STRING_NOSLASHESCAPE, &length)
        // No memory for it: Swift's own arrays and strings end the process there as well.
        precondition(object != nil && literal != nil, "json-c has no memory for a string")
        return literal.map { Array(UnsafeRawBufferPointer(start: $0, count: length)) } ?? []
    }

    /// The value of a json-c object. The depth is bounded by the tokener's.
    private static func value(_ object: OpaquePointer?) -> JSONValue {
        switch json_object_get_type(object) {
        case json_type_boolean:
            return .boolean(json_object_get_boolean(object) != 0)
        case json_type_int:
            return .integer(json_object_get_int64(object))
        case json_type_double:
            return .number(json_object_get_string(object).map { String(cString: $0) } ?? "")
        case json_type_string:
            let length = Int(json_object_get_string_len(object))
            return .string(
                json_object_get_string(object).map {
                    String(decoding: UnsafeRawBufferPointer(start: $0, count: length), as: UTF8.self)
                } ?? "")
        case json_type_array:
            return .array(
                (0..<json_object_array_length(object)).map { value(json_object_array_get_idx(object, $0)) })
        case json_type_object:
            var members: [JSONValue.Member] = []
            var position = json_object_iter_begin(object)
            var end = json_object_iter_end(object)
            while json_object_iter_equal(&position, &end) == 0 {
                let key = json_object_iter_peek_name(&position).map { String(cString: $0) } ?? ""
                members.append(.init(key: key, value: value(json_object_iter_peek_value(&position))))
                json_object_iter_next(&position)
            }
            return .object(members, .block)
        default:
            return .null
        }
    }
}
