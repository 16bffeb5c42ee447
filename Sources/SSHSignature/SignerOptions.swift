/// What a line says of a key besides whose it is: words between commas, whatever their case.
struct SignerOptions: Equatable, Sendable {
    /// It signs certificates, and not messages.
    var isCertificateAuthority = false
    /// What it signs for; nil: for everything.
    var namespaces: PatternList?
    var validAfter: SSHTime?
    var validBefore: SSHTime?
    /// A hardware key's signatures count without a touch too. This is kplan's: ssh-keygen never asks for one here.
    var needsNoTouch = false

    init() {}

    init(_ text: String) throws(AllowedSignersError.Reason) {
        for option in try Self.parts(text) {
            let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let (name, value) = (parts[0].lowercased(), parts.count == 2 ? String(parts[1]) : nil)
            switch (name, value) {
            case ("cert-authority", nil): isCertificateAuthority = true
            case ("no-touch-required", nil): needsNoTouch = true
            case ("namespaces", let value?):
                try Self.checkFirst(namespaces == nil, name)
                guard let list = PatternList(try Self.unquoted(value, of: name)) else {
                    throw .badOption(name, value)
                }
                namespaces = list
            case ("valid-after", let value?):
                try Self.checkFirst(validAfter == nil, name)
                validAfter = try Self.time(value, of: name)
            case ("valid-before", let value?):
                try Self.checkFirst(validBefore == nil, name)
                validBefore = try Self.time(value, of: name)
            default: throw .unknownOption(option)
            }
        }
        if let validAfter, let validBefore, validAfter.isUTC == validBefore.isUTC,
            validBefore.digits <= validAfter.digits
        {
            throw .neverValid(after: validAfter.text, before: validBefore.text)
        }
    }

    private static func checkFirst(_ isFirst: Bool, _ name: String) throws(AllowedSignersError.Reason) {
        guard isFirst else { throw .optionTwice(name) }
    }

    private static func time(_ value: String, of name: String) throws(AllowedSignersError.Reason) -> SSHTime {
        guard let time = SSHTime(try unquoted(value, of: name)) else { throw .badOption(name, value) }
        return time
    }

    /// What is within the quotation marks, without which there is no value.
    private static func unquoted(_ value: String, of name: String) throws(AllowedSignersError.Reason)
        -> String
    {
        guard value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") else {
            throw .badOption(name, value)
        }
        let inner = value.dropFirst().dropLast().replacing("\\\"", with: "\u{0}")
        guard !inner.contains("\"") else { throw .badOption(name, value) }
        return String(inner.replacing("\u{0}", with: "\""))
    }

    /// What commas are between that are in no quotation marks.
    private static func parts(_ text: String) throws(AllowedSignersError.Reason) -> [String] {
        var parts = [String.UnicodeScalarView()]
        var isQuoted = false
        var last: Unicode.Scalar = " "
        for character in text.unicodeScalars {
            if character == "\"", last != "\\" { isQuoted.toggle() }
            if character == ",", !isQuoted {
                parts.append(.init())
            } else {
                parts[parts.count - 1].append(character)
            }
            last = character
        }
        guard !parts.contains(where: \.isEmpty) else { throw .unknownOption("") }
        return parts.map { String($0) }
    }
}
