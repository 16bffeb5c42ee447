import Arm64
import KexecPlan

/// A value of a document, with its place: what the reading halves of the pairs read from.
struct JSONField {
    /// The place, such as `segments[2].address`.
    let path: String
    /// What is there.
    let value: JSONValue

    /// The member `key` of an object.
    func member(_ key: String) throws(PlanDecodingError) -> JSONField {
        guard case .object(let members, _) = value else { throw unexpected(due: .object) }
        let path = path.isEmpty ? key : "\(path).\(key)"
        guard let member = members.first(where: { $0.key == key }) else {
            throw PlanDecodingError(path: path, reason: .missing)
        }
        return JSONField(path: path, value: member.value)
    }

    /// The member `key`; nil where it isn't there.
    func optionalMember(_ key: String) throws(PlanDecodingError) -> JSONField? {
        guard case .object(let members, _) = value else { throw unexpected(due: .object) }
        return members.contains { $0.key == key } ? try member(key) : nil
    }

    /// The elements of an array, which has no more of them than `limit`.
    func list<Element: PlanCoded>(_ limit: ListLimit) throws(PlanDecodingError) -> [Element] {
        guard case .array(let values) = value else { throw unexpected(due: .array) }
        guard values.count <= limit.rawValue else {
            throw PlanDecodingError(
                path: path, reason: .tooLong(count: values.count, limit: limit.rawValue))
        }
        var elements: [Element] = []
        elements.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            elements.append(try Element(json: JSONField(path: "\(path)[\(index)]", value: value)))
        }
        return elements
    }

    /// nil for null, otherwise what `read` makes of it.
    func optional<Value>(
        _ read: (JSONField) throws(PlanDecodingError) -> Value
    ) throws(PlanDecodingError) -> Value? {
        value == .null ? nil : try read(self)
    }

    /// A string.
    func text() throws(PlanDecodingError) -> String {
        guard case .string(let text) = value else { throw unexpected(due: .string) }
        return text
    }

    /// true or false.
    func boolean() throws(PlanDecodingError) -> Bool {
        guard case .boolean(let value) = value else { throw unexpected(due: .boolean) }
        return value
    }

    /// A JSON integer.
    func integer(_ limits: ClosedRange<Int64>) throws(PlanDecodingError) -> Int {
        guard case .integer(let number) = value, limits ~= number, let number = Int(exactly: number) else {
            throw unexpected(due: .integer(limits))
        }
        return number
    }

    /// A hex number.
    func hex() throws(PlanDecodingError) -> UInt64 {
        guard case .string(let text) = value, let number = UInt64(planHex: text) else {
            throw unexpected(due: .hexNumber)
        }
        return number
    }

    /// A hex number that is an address.
    func address() throws(PlanDecodingError) -> PhysicalAddress {
        PhysicalAddress(try hex())
    }

    /// A hex number that may be negative.
    func signedHex() throws(PlanDecodingError) -> Int64 {
        guard case .string(let text) = value, let number = Int64(planHex: text) else {
            throw unexpected(due: .signedHexNumber)
        }
        return number
    }

    /// A SHA-256 digest.
    func digest() throws(PlanDecodingError) -> SHA256Digest {
        guard case .string(let text) = value, let digest = SHA256Digest(hex: text) else {
            throw unexpected(due: .digest)
        }
        return digest
    }

    /// One of the words of an enumeration.
    func word<Word: RawRepresentable & CaseIterable>(
        _ type: Word.Type = Word.self
    ) throws(PlanDecodingError) -> Word where Word.RawValue == String {
        let words = Array(Word.allCases)
        return words[try index(in: words.map(\.rawValue))]
    }

    /// One word that is always there.
    func constant(_ word: String) throws(PlanDecodingError) {
        _ = try index(in: [word])
    }

    /// A list of words that is always the same.
    func words(_ words: [String]) throws(PlanDecodingError) {
        guard case .array(let values) = value else { throw unexpected(due: .array) }
        guard values.count == words.count else {
            throw PlanDecodingError(path: path, reason: .otherCount(values.count, due: words.count))
        }
        for (index, word) in words.enumerated() {
            try JSONField(path: "\(path)[\(index)]", value: values[index]).constant(word)
        }
    }

    /// The index of the word in `words`. Bytes are compared: Swift's equality takes a Kelvin sign for a K.
    func index(in words: [String]) throws(PlanDecodingError) -> Int {
        guard case .string(let text) = value,
            let index = words.firstIndex(where: { $0.utf8.elementsEqual(text.utf8) })
        else { throw unexpected(due: .oneOf(words)) }
        return index
    }

    /// An error that says what is here and what is due.
    func unexpected(due: PlanDecodingError.Due) -> PlanDecodingError {
        PlanDecodingError(path: path, reason: .unexpected(value.found, due: due))
    }
}

extension JSONValue {
    /// The value as errors have it.
    fileprivate var found: PlanDecodingError.Found {
        switch self {
        case .null: .null
        case .boolean(let value): .boolean(value)
        case .integer(let number): .integer(number)
        case .number(let text): .number(text)
        case .string(let text): .string(text)
        case .array: .array
        case .object: .object
        }
    }
}
