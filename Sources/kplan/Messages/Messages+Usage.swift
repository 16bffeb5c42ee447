extension Messages {
    /// What ArgumentParser says of wrong usage, in kplan's voice.
    /// - Parameter usage: its whole message, whose first line begins with `Error: `.
    static func text(usage: String) -> String {
        var lines = usage.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let first = lines.first, first.hasPrefix("Error: ") else { return usage }
        var text = "kplan: " + first.dropFirst("Error: ".count)
        // A value that begins with a dash is taken for an option.
        let start = "kplan: Missing value for '"
        if text.hasPrefix(start) {
            let option = text.dropFirst(start.count).prefix { $0 != " " && $0 != "'" }
            text += " (one that begins with - is given as \(option)=VALUE)"
        }
        lines[0] = text
        return lines.joined(separator: "\n")
    }
}
