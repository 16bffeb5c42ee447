import Glibc

/// The kernel's random number generator failed.
public struct RandomError: Error, Equatable, Sendable {
    /// Why, such as ENOSYS.
    public var errno: Int32

    /// Makes an error from its number.
    public init(errno: Int32) {
        self.errno = errno
    }
}

/// Bytes from the kernel's random number generator.
public enum RandomBytes {
    /// `count` bytes from getrandom(2) without flags: it waits until the generator has been seeded.
    public static func make(count: Int) throws(RandomError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let failure = bytes.withUnsafeMutableBytes { buffer -> Int32? in
            // getentropy(3) is getrandom(2) in pieces of at most 256 bytes, complete or failed.
            for start in stride(from: 0, to: buffer.count, by: 256) {
                let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[start...].prefix(256))
                guard let address = piece.baseAddress, getentropy(address, piece.count) == 0 else {
                    return errno
                }
            }
            return nil
        }
        if let failure { throw RandomError(errno: failure) }
        return bytes
    }
}
