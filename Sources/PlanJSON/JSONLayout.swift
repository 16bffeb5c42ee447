/// How kplan's documents are laid out.
public enum JSONLayout {
    /// The same document with one member or element a line, as all others are. Members keep their order.
    public static func lines(_ document: [UInt8]) throws(PlanDecodingError) -> [UInt8] {
        JSONWriter.lines(try JSONText.parse(document, maximumDepth: PlanJSON.maximumDepth))
    }
}
