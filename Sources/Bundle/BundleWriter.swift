import Files

/// Writes bundles. The same parts give the same bytes, on every machine.
public enum BundleWriter {
    /// An input of the plan.
    public struct Input {
        /// The name that the plan has of it: that of a file in a folder, with at most `BundleLayout.nameLimit` bytes.
        public let name: String
        /// Hands its bytes to its argument.
        let content: (ByteSink) throws(FileError) -> Void

        /// - Parameter content: hands its bytes to its argument.
        public init(name: String, content: @escaping (ByteSink) throws(FileError) -> Void) {
            self.name = name
            self.content = content
        }
    }

    /// Writes a plan, its signature, and its inputs by their names' bytes.
    /// - Parameter sink: gets the bundle in pieces.
    public static func write(
        plan: [UInt8], signature: [UInt8]?, inputs: [Input], to sink: @escaping ByteSink
    ) throws(FileError) {
        let writer = try TarWriter(sink)
        func add(_ name: String, _ bytes: [UInt8]) throws(FileError) {
            try bytes.span.bytes.withUnsafeBytes { bytes throws(FileError) in try writer.add(name, bytes) }
        }
        try add(BundleLayout.plan, plan)
        if let signature { try add(BundleLayout.signature, signature) }
        for input in inputs.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
            try input.content { bytes throws(FileError) in
                try writer.add(BundleLayout.inputs + input.name, bytes)
            }
        }
        try writer.finish()
    }
}
