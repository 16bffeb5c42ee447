/// Hands segments to a kernel.
public protocol SegmentLoader {
    /// Loads the segments in place of those that were loaded before.
    func load(_ request: LoadRequest) throws(LoadError)
}

/// Why segments were not loaded.
public enum LoadError: Error, Equatable, Sendable {
    /// The kernel refused, with this `errno`; `LoadFailure` explains it.
    case refused(errno: Int32)
}
