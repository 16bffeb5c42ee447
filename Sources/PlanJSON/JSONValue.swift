/// A JSON document as a value. Objects keep the order of their members.
indirect enum JSONValue: Equatable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int64)
    /// A number that is no integer, as it is written. Read only: no plan has one.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member], Layout)

    /// A key and its value.
    struct Member: Equatable, Sendable {
        var key: String
        var value: JSONValue
    }

    /// How an object is written.
    enum Layout: Sendable {
        /// One member a line.
        case block
        /// All of it on one line.
        case line
    }
}

extension JSONValue {
    /// An object with one member a line.
    static func block(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
        .object(members.map { Member(key: $0.key, value: $0.value) }, .block)
    }

    /// An object on one line.
    static func line(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
        .object(members.map { Member(key: $0.key, value: $0.value) }, .line)
    }

    /// An object on one line, with these members after its own.
    func appending(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
        guard case .object(let own, let layout) = self else { return self }
        return .object(own + members.map { Member(key: $0.key, value: $0.value) }, layout)
    }
}
