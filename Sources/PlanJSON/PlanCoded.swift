/// A type of the plan with its JSON form: the writing and the reading half, side by side.
protocol PlanCoded {
    /// The JSON form.
    var json: JSONValue { get }

    /// The value of a JSON form.
    init(json field: JSONField) throws(PlanDecodingError)
}

extension JSONValue: ExpressibleByStringLiteral {
    init(stringLiteral text: String) {
        self = .string(text)
    }

    /// The JSON forms of `values`, in the same order.
    static func list(_ values: [some PlanCoded]) -> JSONValue { .array(values.map(\.json)) }
}

extension JSONField {
    /// What a number of things may be.
    static let counts: ClosedRange<Int64> = 0...0xffff_ffff
}
