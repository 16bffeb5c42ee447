extension JSONField {
    /// `1.` and any minor version: a later one has more keys, which are ignored.
    func checkVersion(known: String) throws(PlanDecodingError) {
        guard case .string(let text) = value else { throw unexpected(due: .version) }
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy(Self.isDecimal) else { throw unexpected(due: .version) }
        guard parts[0].elementsEqual("1".utf8) else {
            throw PlanDecodingError(path: path, reason: .otherMajorVersion(text, known: known))
        }
    }

    private static func isDecimal(_ digits: Substring.UTF8View) -> Bool {
        guard let first = digits.first else { return false }
        return digits.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            && (digits.count == 1 || first != UInt8(ascii: "0"))
    }
}
