/// Why the kernel has not loaded, or not unloaded.
public struct LoadError: Error, Equatable, Sendable {
    /// What it said; `LoadFailure` explains it.
    public var errno: Int32

    /// Makes the error from the kernel's word.
    public init(errno: Int32) {
        self.errno = errno
    }
}
