import Files
import Testing

@testable import Bundle

/// A tar archive that is put together header by header, as no well-meaning program does it.
struct Archive {
    private(set) var bytes: [UInt8] = []

    /// Adds a header and content (ustar, POSIX pax).
    /// - Parameters:
    ///   - type: the type flag: `0` file, `1` hard link, `2` symbolic link, `3` device, `5` folder, `x` pax header.
    ///   - size: what the header says; without it, what there is.
    mutating func add(
        _ name: String, _ content: [UInt8] = [], type: Character = "0", link: String = "", size: Int? = nil
    ) {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
        }
        func octal(_ value: Int, _ digits: Int) -> String {
            let text = String(value, radix: 8)
            return String(repeating: "0", count: digits - text.count) + text
        }
        put(name, at: 0)
        put(octal(0o644, 7), at: 100)
        put(octal(0, 7), at: 108)
        put(octal(0, 7), at: 116)
        put(octal(size ?? content.count, 11), at: 124)
        put(octal(0, 11), at: 136)
        put(String(type), at: 156)
        put(link, at: 157)
        put("ustar", at: 257)
        put("00", at: 263)
        for index in 148..<156 { header[index] = UInt8(ascii: " ") }
        let sum = header.reduce(0) { $0 + Int($1) }
        put(octal(sum, 6), at: 148)
        header[154] = 0
        bytes += header + content
        bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    /// Adds a pax header for the next member.
    mutating func addPax(_ records: (String, String)...) {
        let lines = records.map { key, value in
            let rest = " \(key)=\(value)\n"
            var length = rest.utf8.count + 1
            while String(length).utf8.count + rest.utf8.count != length { length += 1 }
            return "\(length)\(rest)"
        }
        add("PaxHeaders/x", Array(lines.joined().utf8), type: "x")
    }

    /// The archive with its end.
    var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }
}

/// What a bundle holds, by its names.
func members(_ bytes: [UInt8]) throws(BundleError) -> [String: [UInt8]] {
    try bytes.span.bytes.withUnsafeBytes { buffer throws(BundleError) in
        let contents = try BundleContents(of: buffer)
        var found = [BundleLayout.plan: Array(buffer[contents.plan])]
        if let range = contents.signature { found[BundleLayout.signature] = Array(buffer[range]) }
        for (name, range) in contents.inputs {
            found[BundleLayout.inputs + String(decoding: name, as: UTF8.self)] = Array(buffer[range])
        }
        return found
    }
}

/// What `BundleWriter` writes.
func bundle(
    plan: [UInt8], signature: [UInt8]? = nil, inputs: [(name: String, content: [UInt8])] = []
) throws -> [UInt8] {
    let written = Written()
    try BundleWriter.write(
        plan: plan, signature: signature,
        inputs: inputs.map { input in
            .init(name: input.name) { sink throws(FileError) in
                try input.content.span.bytes.withUnsafeBytes(sink)
            }
        }
    ) { bytes throws(FileError) in written.bytes += bytes }
    return written.bytes
}

private final class Written {
    var bytes: [UInt8] = []
}
