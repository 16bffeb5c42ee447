import KexecPlan

// What plans for either system call have in common.

extension [Input] {
    /// The files that a plan was made from, under a heading.
    func drawn(_ style: Style) -> [String] {
        isEmpty ? [] : [style.paint("Inputs", .heading)] + table(style).lines(style)
    }

    /// A row for each of them.
    func table(_ style: Style) -> TextTable {
        var table = TextTable([.left, .left, .right, .left], header: ["role", "file", "size", "sha256"])
        // Of many machines the first ones, and how many there are.
        let machines = filter { $0.role == .machine }
        let shown = machines.count > 8 ? 3 : machines.count
        var count = 0
        for input in self {
            if input.role == .machine {
                count += 1
                if count == shown + 1 {
                    let size = machines.dropFirst(shown).reduce(0) { $0 &+ $1.size }
                    table.add(
                        .init(input.role.rawValue), .init("and \(machines.count - shown) more machines"),
                        .init(size.humanSize), .init(""))
                }
                if count > shown { continue }
            }
            table.add(
                .init(input.role.rawValue), .init(style.printable(input.name)), .init(input.size.humanSize),
                .init(String(input.sha256.hex.prefix(16)), .faint))
        }
        return table
    }
}

extension KernelImage {
    /// What the header says, in a line.
    var text: String {
        let pages =
            switch pageSize {
            case .unspecified: "pages of a size it doesn't say"
            case .pages4K, .pages16K, .pages64K: "\(pageSize.rawValue) pages"
            }
        let place =
            switch placement {
            case .anywhere: "may be anywhere"
            case .nearStartOfRAM: "wants to be near the start of RAM"
            }
        return
            "text_offset \(textOffset.hex), image_size \(imageSize.humanSize) (\(imageSize.hex)), \(pages), \(place)"
    }
}

extension BzImage {
    /// What the header says, in a line.
    var text: String {
        [
            version ?? "a version it doesn't say", "boot protocol \(Messages.protocolVersion(bootProtocol))",
            "init_size \(initSize.humanSize) (\(initSize.hex))", isSigned ? "signed" : "not signed",
        ].joined(separator: ", ")
    }
}
