// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later

/// What is loaded of a segment.
public enum SegmentContent: Sendable, Codable {
    /// These bytes.
    case bytes(HexBytes)
    /// `size` bytes of a file, from `offset` on; the engine reads them in pieces.
    case file(path: String, offset: UInt64 = 0, size: UInt64)

    /// How many bytes are loaded.
    public var size: UInt64 {
        switch self {
        case .bytes(let hex): UInt64(hex.bytes.count)
        case .file(_, _, let size): size
        }
    }
}

/// Bytes that are encoded as a text of hexadecimal digits, which takes less room than a list of numbers.
public struct HexBytes: Sendable, Equatable, Codable {
    /// The bytes.
    public var bytes: [UInt8]

    /// From the bytes.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// From the digits; any other character is a `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let digits = Array(try container.decode(String.self).utf8)
        func value(_ digit: UInt8) -> UInt8? {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
            default: nil
            }
        }
        bytes = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard index + 1 < digits.count, let high = value(digits[index]),
                let low = value(digits[index + 1])
            else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "not pairs of lower-case hexadecimal digits")
            }
            bytes.append(high << 4 | low)
        }
    }

    /// As digits.
    public func encode(to encoder: any Encoder) throws {
        let digits = Array("0123456789abcdef".utf8)
        let text = String(unsafeUninitializedCapacity: bytes.count * 2) { buffer in
            for (index, byte) in bytes.enumerated() {
                buffer[index * 2] = digits[Int(byte >> 4)]
                buffer[index * 2 + 1] = digits[Int(byte & 15)]
            }
            return bytes.count * 2
        }
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
