/// Reads the fields of SSH's binary form one after the other (RFC 4251, section 5). Whatever the bytes are, the end is an error
/// and never a trap.
struct SSHReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    /// The next `count` bytes.
    /// - Parameter part: what they are, for the error.
    mutating func bytes(_ count: Int, of part: SSHSignaturePart) throws(SSHSignatureError) -> [UInt8] {
        guard count <= rest.count else {
            throw .cutOff(part, needed: count, found: rest.count)
        }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    /// A `byte`.
    mutating func byte(of part: SSHSignaturePart) throws(SSHSignatureError) -> UInt8 {
        try bytes(1, of: part)[0]
    }

    /// A `uint32`: most significant byte first.
    mutating func number(of part: SSHSignaturePart) throws(SSHSignatureError) -> UInt32 {
        try bytes(4, of: part).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// A `string`: its length, and that many bytes.
    mutating func string(of part: SSHSignaturePart) throws(SSHSignatureError) -> [UInt8] {
        let count = Int(try number(of: part))
        return try bytes(count, of: part)
    }

    /// A `string` that is a name, in UTF-8.
    mutating func name(of part: SSHSignaturePart) throws(SSHSignatureError) -> String {
        guard let name = String(validating: try string(of: part), as: UTF8.self) else { throw .noText(part) }
        return name
    }

    /// An `mpint` that is not negative, as `count` bytes.
    mutating func integer(_ count: Int, of part: SSHSignaturePart) throws(SSHSignatureError) -> [UInt8] {
        let bytes = try string(of: part)
        // The shortest form: a zero comes first only where the next bit would make the number negative.
        guard let first = bytes.first, first < 0x80,
            first != 0 || bytes.dropFirst().first.map({ $0 >= 0x80 }) == true
        else { throw .noInteger(part) }
        let digits = bytes.drop { $0 == 0 }
        guard digits.count <= count else { throw .length(part, found: digits.count, due: count) }
        return [UInt8](repeating: 0, count: count - digits.count) + digits
    }

    /// Fails where something is left.
    func end(after part: SSHSignaturePart) throws(SSHSignatureError) {
        guard rest.isEmpty else { throw .bytesLeft(after: part, count: rest.count) }
    }
}

extension [UInt8] {
    /// The bytes as a `string` of RFC 4251.
    var asSSHString: [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) } + self
    }
}
