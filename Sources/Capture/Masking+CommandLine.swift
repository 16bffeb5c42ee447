extension Masking {
    /// Parameters whose values are masked, by a part of their names.
    private static let secrets = [
        "serialno", "serial_no", "serialnumber", "serial_number", "machine_id", "machine-id", "password",
        "passwd", "passphrase", "secret", "token", "cred", "key", "hostname",
    ]
    /// Parameters of which a part of the name says the same, and which are no secrets.
    private static let harmless = ["keymap", "keyboard"]
    /// Parameters with addresses and names of hosts, where their values are more than a word such as `dhcp`.
    private static let addresses: Set = ["ip", "nameserver", "nfsaddrs", "nfsroot"]
    /// Parameters with an @ before an address or an offset.
    private static let places: Set = ["crashkernel", "mem", "memmap", "mtdparts", "blkdevparts"]

    /// A command line with MAC addresses, UUIDs and machine ids masked, the values of some parameters, what follows `UUID=`
    /// and `LABEL=`, and names with passwords before an @.
    static func masked(commandLine text: [UInt8]) -> [UInt8] {
        var result = masked(text)
        for word in words(of: text) {
            for place in secretValue(text[word]) ?? 0..<0 { result[place] = text[place].masked }
        }
        return result
    }

    /// Where the words are: space in quotation marks is part of one (lib/cmdline.c, `next_arg`).
    private static func words(of text: [UInt8]) -> [Range<Int>] {
        var words: [Range<Int>] = []
        var start = 0
        var isQuoted = false
        for (index, byte) in text.enumerated() {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            guard !isQuoted, byte <= UInt8(ascii: " ") else { continue }
            words.append(start..<index)
            start = index + 1
        }
        return words + [start..<text.count]
    }

    /// Where in a word a value is that has to be masked.
    private static func secretValue(_ word: ArraySlice<UInt8>) -> Range<Int>? {
        guard let sign = word.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        let value = sign + 1..<word.endIndex
        let quoted = String(decoding: word[..<sign], as: UTF8.self).lowercased()
        let name = quoted.hasPrefix("\"") ? String(quoted.dropFirst()) : quoted
        if secrets.contains(where: name.contains), !harmless.contains(where: name.contains) { return value }
        if addresses.contains(name), word[value].contains(where: { Array(".:".utf8).contains($0) }) {
            return value
        }
        for marker in ["UUID=", "LABEL="] {
            if let end = end(of: marker, in: word) { return end..<word.endIndex }
        }
        // USER:PASSWORD@HOST, behind a scheme or not.
        guard !places.contains(name), let at = word[value].lastIndex(of: UInt8(ascii: "@")) else {
            return nil
        }
        let scheme = end(of: "://", in: word[sign..<at])
        let user = (scheme ?? value.lowerBound)..<at
        return word[user].contains(UInt8(ascii: ":")) ? user : nil
    }

    /// What follows the first place where a text stands.
    private static func end(of text: String, in word: ArraySlice<UInt8>) -> Int? {
        let text = Array(text.utf8)
        var place = word.startIndex
        while place + text.count <= word.endIndex {
            if word[place...].starts(with: text) { return place + text.count }
            place += 1
        }
        return nil
    }
}
