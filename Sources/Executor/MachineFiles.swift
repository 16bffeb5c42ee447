import Files
import Glibc
import KexecPlan

/// The small files in which a kernel says how things are, under a folder that stands for `/`.
struct MachineFiles {
    let root: String

    func path(_ name: String) -> String { root.hasSuffix("/") ? root + name : root + "/" + name }

    /// The text of a file, without what ends it (a newline; a zero in a device tree); nil where it can't be read.
    func text(_ name: String) -> String? {
        guard let bytes = try? PrivateBytes(reading: path(name)) else { return nil }
        let text = bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        return text.trimmed
    }

    /// The bytes of a file; nil where there is none.
    func bytes(_ name: String) throws(FileError) -> [UInt8]? {
        do {
            return try PrivateBytes(reading: path(name)).withUnsafeBytes { Array($0) }
        } catch .failed(.open, _, ENOENT) {
            return nil
        }
    }

    /// A decimal number.
    func number<Number: FixedWidthInteger>(_ name: String) -> Number? {
        text(name).flatMap { Number($0) }
    }

    /// A `0` or `1`.
    func flag(_ name: String) -> Bool? {
        switch text(name) {
        case "0": false
        case "1": true
        default: nil
        }
    }

    /// The value of `key` in a file of lines `key: value`.
    func value(of key: String, in name: String) -> String? {
        text(name)?.split(separator: "\n").lazy
            .compactMap { line -> String? in
                let parts = line.split(separator: ":", maxSplits: 1)
                return parts.count == 2 && parts[0] == key ? String(parts[1]).trimmed : nil
            }
            .first
    }

    /// Whether a kernel is loaded, as a file says it.
    func loaded(_ name: String) throws(FileError) -> KexecStatus.Loaded {
        let bytes: [UInt8]?
        do {
            bytes = try self.bytes(name)
        } catch .failed(_, let path, let errno) {
            return .unreadable(path: path, errno: errno)
        }
        guard let bytes else { return .noKexec }
        switch String(decoding: bytes, as: UTF8.self).trimmed {
        case "0": return .known(false)
        case "1": return .known(true)
        case let text: return .malformed(path: path(name), found: text)
        }
    }

    /// The names in a folder, in order; none where it can't be read.
    func names(in name: String) -> [String] {
        (try? entries(in: name)) ?? []
    }

    /// The names in a folder, in order; none where there is no such folder.
    func entries(in name: String) throws(FileError) -> [String] {
        do {
            return try Folder.names(in: path(name))
        } catch .failed(.open, _, ENOENT) {
            return []
        }
    }
}

extension String {
    /// The text without white space and zeros at its ends.
    fileprivate var trimmed: String {
        func isPadding(_ scalar: Unicode.Scalar) -> Bool {
            scalar.value == 0 || scalar.properties.isWhitespace
        }
        let scalars = unicodeScalars.drop(while: isPadding)
        guard let last = scalars.lastIndex(where: { !isPadding($0) }) else { return "" }
        return String(scalars[...last])
    }
}
