import Arm64

extension Messages {
    /// RAM of a device tree that is nowhere else.
    static func text(missingRAM: AddressRangeSet, _ treePath: String, _ memoryPath: String) -> String {
        """
        \(printable(treePath)): has RAM at \(list(missingRAM)), of which \(printable(memoryPath)) knows nothing: the next \
        kernel goes by the device tree, and would use what is not there. Give both from one machine; where its kernel was \
        told to use less than all, plan from kplan capture's file (--machine)
        """
    }

    /// RAM of a device tree that the machine's kernel doesn't use.
    static func text(unusedRAM: AddressRangeSet, _ treePath: String, _ memoryPath: String) -> String {
        """
        \(printable(treePath)): has RAM at \(list(unusedRAM)), which the kernel of \(printable(memoryPath)) doesn't use: the \
        next kernel will, unless its command line says otherwise (mem=)
        """
    }

    /// The first of these ranges, with their sizes.
    private static func list(_ ranges: AddressRangeSet) -> String {
        let shown = 3
        var texts = ranges.ranges.prefix(shown).map { "\($0) (\($0.size.humanSize))" }
        if ranges.ranges.count > shown { texts.append("and \(ranges.ranges.count - shown) more ranges") }
        return texts.joined(separator: ", ")
    }
}
