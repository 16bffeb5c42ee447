/// Why bytes are not a plan.
public struct PlanDecodingError: Error, Equatable, Sendable {
    /// The place in the document, such as `segments[2].address`; empty for the document itself.
    public var path: String
    /// What is wrong there.
    public var reason: Reason

    /// What is wrong. Offsets count bytes from the start of the file.
    public enum Reason: Equatable, Sendable {
        /// The file is larger than a plan may be, in bytes.
        case tooLarge(size: Int, limit: Int)
        /// A string is not UTF-8.
        case notUTF8(offset: Int)
        /// A byte that JSON doesn't have there.
        case unexpectedByte(UInt8, offset: Int)
        /// The document ends too early.
        case unexpectedEnd(offset: Int)
        /// A string has half of a surrogate pair.
        case unpairedSurrogate(offset: Int)
        /// A key has the character U+0000, which json-c takes for its end.
        case zeroInKey(offset: Int)
        /// Arrays and objects are nested deeper than this.
        case tooDeep(limit: Int)
        /// A list has more elements than this.
        case tooLong(count: Int, limit: Int)
        /// A list has another number of elements than what is in the plan makes due.
        case otherCount(Int, due: Int)
        /// The object has the key already.
        case duplicateKey
        /// The key is due and not there.
        case missing
        /// A value that is not what is due.
        case unexpected(Found, due: Due)
        /// The file says a major version that this reader doesn't know.
        case otherMajorVersion(String, known: String)
        /// json-c had no memory.
        case outOfMemory
    }

    /// What a file has.
    public enum Found: Equatable, Sendable {
        case null
        case boolean(Bool)
        /// A whole number; one beyond 64 bits is given as the largest or smallest.
        case integer(Int64)
        /// Any other number, as it is written.
        case number(String)
        case string(String)
        case array
        case object
    }

    /// What a file should have.
    public enum Due: Equatable, Sendable {
        case object
        case array
        case string
        /// true or false.
        case boolean
        /// A JSON integer in this range.
        case integer(ClosedRange<Int64>)
        /// A string: `0x` and 1 to 16 lower-case hexadecimal digits without leading zeros.
        case hexNumber
        /// A hex number or one of these strings.
        case hexNumberOr([String])
        /// A hex number, with `-` before it where the number is negative; 64 bits, two's complement.
        case signedHexNumber
        /// A string: 64 lower-case hexadecimal digits.
        case digest
        /// One of these strings.
        case oneOf([String])
        /// A string: the kind of a UART, a comma, and its address as a hex number.
        case console(kinds: [String])
        /// A hex number above this one: the end of a range that starts there.
        case hexNumberAbove(UInt64)
        /// A string: `1.` and a minor version.
        case version
        /// A string: bytes in base64, with padding, without line breaks.
        case base64
    }

    /// Makes an error from its parts.
    public init(path: String, reason: Reason) {
        self.path = path
        self.reason = reason
    }
}
