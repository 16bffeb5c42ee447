import Glibc

/// The small files in which a kernel says how things are, under a folder that stands for `/`.
public struct MachineFiles: Sendable {
    /// The folder that stands for `/`.
    public let root: String

    /// The files under `root`.
    public init(root: String = "/") {
        self.root = root
    }

    /// Where a file is; `name` is a path from the root, without a slash before it.
    public func path(_ name: String) -> String { root.hasSuffix("/") ? root + name : root + "/" + name }

    /// The text of a file, without what ends it (a newline; a zero in a device tree); nil where it can't be read.
    public func text(_ name: String) -> String? {
        (try? content(name)) ?? nil
    }

    /// The text of a file, without what ends it; nil where there is none.
    public func content(_ name: String) throws(FileError) -> String? {
        try bytes(name).map { String(decoding: $0, as: UTF8.self).trimmed }
    }

    /// The bytes of a file; nil where there is none.
    public func bytes(_ name: String) throws(FileError) -> [UInt8]? {
        do {
            return try PrivateBytes(reading: path(name)).withUnsafeBytes { Array($0) }
        } catch .failed(.open, _, ENOENT) {
            return nil
        }
    }

    /// A decimal number.
    public func number<Number: FixedWidthInteger>(_ name: String) -> Number? {
        text(name).flatMap { Number($0) }
    }

    /// A `0` or `1`.
    public func flag(_ name: String) -> Bool? {
        switch text(name) {
        case "0": false
        case "1": true
        default: nil
        }
    }

    /// The value of `key` in a file of lines `key: value`.
    public func value(of key: String, in name: String) -> String? {
        text(name)?.split(separator: "\n").lazy
            .compactMap { line -> String? in
                let parts = line.split(separator: ":", maxSplits: 1)
                return parts.count == 2 && parts[0] == key ? String(parts[1]).trimmed : nil
            }
            .first
    }

    /// Whether there is a file or a folder.
    public func isThere(_ name: String) -> Bool { FileIdentity(path(name)) != nil }

    /// The names in a folder, in order; none where it can't be read.
    public func names(in name: String) -> [String] {
        (try? entries(in: name)) ?? []
    }

    /// The names in a folder, in order; none where there is no such folder.
    public func entries(in name: String) throws(FileError) -> [String] {
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
