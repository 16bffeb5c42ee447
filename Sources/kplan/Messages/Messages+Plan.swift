import Arm64
import KexecPlan
import PlanJSON

// Why a file is no plan: where in it, what is there, and what is due.

extension Messages {
    /// `MMU off`, and why; nil is the reason of a plan that has none.
    static func mmuOff(_ reason: MMUOffReason?) -> String {
        "MMU off: \(reason.map(text) ?? "the plan doesn't say why")"
    }

    static func text(_ reason: MMUOffReason) -> String {
        switch reason {
        case .noTableBase: "this purgatory has no pgtble_base"
        case .consoleBeyondTables: "the console is beyond the 48 bits that page tables translate"
        }
    }

    /// Why a plan for kexec_file_load has no segments to `act` on: `emit`, `simulate`.
    static func text(noSegmentsTo act: String) -> String {
        """
        is a plan for kexec_file_load, with which the kernel decides itself what goes where: there are no segments of \
        kplan's to \(act)
        """
    }

    /// - Parameter document: what the file should be.
    static func text(_ error: PlanDecodingError, of document: String = "plan") -> String {
        let text = text(error.reason, of: document)
        let path = printable(error.path)
        if path.isEmpty { return text }
        return error.reason.isAboutFile ? "\(text) (in \(path))" : "\(path): \(text)"
    }

    private static func text(_ reason: PlanDecodingError.Reason, of document: String) -> String {
        switch reason {
        case .tooLarge(let bytes, let limit):
            "has \(size(UInt64(bytes))), too many for a \(document): at most \(size(UInt64(limit))) are read"
        case .notUTF8(let offset): "is no JSON: byte \(offset) is not UTF-8"
        case .unexpectedByte(let byte, let offset):
            "is no JSON: \(text(byte: byte)) at byte \(offset) is out of place"
        case .unexpectedEnd(offset: 0): "is empty"
        case .unexpectedEnd(let offset): "is truncated: the JSON is not complete after \(offset) bytes"
        case .unpairedSurrogate(let offset):
            "is no JSON: the \\u escape at byte \(offset) is half of a surrogate pair"
        case .zeroInKey(let offset): "the key at byte \(offset) has the character U+0000"
        case .tooDeep(let limit): "is nested more than \(limit) deep, as no \(document) is"
        case .tooLong(let count, let limit): "has \(count) elements; a \(document) has at most \(limit) there"
        case .otherCount(let count, let due): "has \(count) elements, due are \(due)"
        case .duplicateKey: "the key is there twice"
        case .missing: "is missing"
        case .unexpected(let found, let due): "found \(text(found)), due is \(text(due))"
        case .otherMajorVersion(let version, let known):
            """
            the \(document) has version \(quoted(version)), and this kplan reads \(quoted(known)) and what is \
            compatible with it: use the kplan that made it, or make it anew
            """
        case .outOfMemory: "there is not enough memory to read it"
        }
    }

    private static func text(byte: UInt8) -> String {
        32..<127 ~= byte ? "`\(Character(Unicode.Scalar(byte)))`" : "the byte \(UInt64(byte).hex)"
    }

    private static func text(_ found: PlanDecodingError.Found) -> String {
        switch found {
        case .null: "null"
        case .boolean(let value): "\(value)"
        case .integer(let number): "the number \(number)"
        case .number(let number): "the number \(printable(number))"
        case .string(let text): quoted(text)
        case .array: "an array"
        case .object: "an object"
        }
    }

    private static func text(_ due: PlanDecodingError.Due) -> String {
        switch due {
        case .object: "an object"
        case .array: "an array"
        case .string: "a string"
        case .boolean: "true or false"
        case .integer(let limits): "a whole number from \(limits.lowerBound) to \(limits.upperBound)"
        case .hexNumber: hexNumber
        case .hexNumberOr(let words): "\(hexNumber), or \(alternatives(words))"
        case .signedHexNumber: #"a string such as "0x10" or "-0x10" (lower case, no leading zeros)"#
        case .digest: "a SHA-256: a string of 64 lower-case hexadecimal digits"
        case .oneOf(let words): alternatives(words)
        case .console(let kinds):
            #"a string such as "pl011,0x9000000", which begins with \#(alternatives(kinds))"#
        case .hexNumberAbove(let start):
            #"a string with a hex number above "\#(start.hex)", where the range begins"#
        case .version: #"a string such as "1.0""#
        case .base64: "a string of bytes in base64"
        }
    }

    private static let hexNumber = #"a string such as "0x40200000" (lower case, no leading zeros)"#

    /// `"a"`, `"a" or "b"`, `"a", "b" or "c"`.
    private static func alternatives(_ words: [String]) -> String {
        let words = words.map { quoted($0) }
        guard let last = words.last, words.count > 1 else { return words.joined() }
        return words.dropLast().joined(separator: ", ") + " or " + last
    }
}

extension PlanDecodingError.Reason {
    /// True where the file is wrong, and its place only where that showed; false where the value there is wrong.
    fileprivate var isAboutFile: Bool {
        switch self {
        case .tooLarge, .notUTF8, .unexpectedByte, .unexpectedEnd, .unpairedSurrogate, .zeroInKey, .tooDeep,
            .outOfMemory:
            true
        case .tooLong, .otherCount, .duplicateKey, .missing, .unexpected, .otherMajorVersion: false
        }
    }
}
