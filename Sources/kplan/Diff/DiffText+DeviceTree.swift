import KexecPlan

extension DiffText {
    /// What differs between the device trees that were given.
    func text(_ change: DeviceTreeChange) -> String {
        let path = style.printable(change.path ?? "")
        switch change {
        case .node(_, let change):
            return (change.new == nil ? "- " : "+ ") + path
                + ((change.new ?? change.old).map { " (node: \(text($0)))" } ?? "")
        case .property(_, _, let value):
            let isEdited = change.path.map(editedPaths.contains) ?? false
            return "\(path): \(values(value, isSecret: change.isSecret))"
                + (isEdited ? " (both plans replace it)" : "")
        case .reservation(let change):
            return (change.new == nil ? "- " : "+ ") + "/memreserve/ "
                + ((change.new ?? change.old).map { "\($0.start.hex), \($0.size.humanSize)" } ?? "")
        case .layout: return "nodes and properties are the same, in another order or with other padding"
        }
    }

    private func text(_ contents: DeviceTreeNodeContents) -> String {
        let properties = contents.properties == 1 ? "1 property" : "\(contents.properties) properties"
        let below = contents.nodesBelow
        return below == 0 ? properties : "\(properties), \(UInt64(clamping: below).counted("node")) below"
    }

    /// - Parameter isSecret: whether nobody who reads this should know the values.
    private func values(_ change: Change<[UInt8]>, isSecret: Bool) -> String {
        let texts = Change(from: change.old.map(value), to: change.new.map(value))
        if !isSecret, let texts { return self.change(texts) { $0 } }
        // Long values may begin alike.
        return self.change(change) { value in
            let size = UInt64(value.count).counted("byte")
            return isSecret ? "\(size), not shown" : "\(size), SHA-256 \(SHA256Digest(hashing: value).hex)"
        }
    }

    /// A value, as far as it says itself what it is: texts, numbers of 32 bits, or bytes (Devicetree Specification,
    /// "Property Values").
    private func value(_ bytes: [UInt8]) -> String {
        if bytes.isEmpty { return "empty" }
        if let texts = texts(bytes) {
            return style.shortened(texts.map { "\"\($0)\"" }.joined(separator: ", "), to: 400)
        }
        let shown = 64
        guard bytes.count <= shown else {
            let digest = SHA256Digest(hashing: bytes).hex.prefix(16)
            return "\(UInt64(bytes.count).counted("byte")), SHA-256 \(digest)\(style.ellipsis)"
        }
        guard bytes.count.isMultiple(of: 4) else {
            let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
            return "[" + digits.joined(separator: " ") + "]"
        }
        let cells = stride(from: 0, to: bytes.count, by: 4).map { index in
            bytes[index..<index + 4].reduce(0 as UInt64) { $0 << 8 | UInt64($1) }.hex
        }
        return "<" + cells.joined(separator: " ") + ">"
    }

    /// The texts in a value: printable ASCII with a zero behind each, none of them empty.
    private func texts(_ bytes: [UInt8]) -> [String]? {
        guard bytes.last == 0 else { return nil }
        let parts = bytes.dropLast().split(separator: 0, omittingEmptySubsequences: false)
        let areTexts = parts.allSatisfy { part in !part.isEmpty && part.allSatisfy { 0x20...0x7e ~= $0 } }
        return areTexts ? parts.map { String(decoding: $0, as: UTF8.self) } : nil
    }
}
