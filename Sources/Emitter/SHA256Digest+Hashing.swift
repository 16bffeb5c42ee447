import KexecPlan

import struct Crypto.SHA256
import struct Crypto.SHA256Digest

extension KexecPlan.SHA256Digest {
    /// The digest of these bytes.
    public init(hashing bytes: UnsafeRawBufferPointer) {
        var hash = SHA256()
        hash.update(bufferPointer: bytes)
        self.init(hash.finalize())
    }

    /// The digest of these bytes.
    public init(hashing bytes: [UInt8]) {
        self = bytes.withUnsafeBytes { Self(hashing: $0) }
    }

    /// What a hash came to.
    init(_ digest: Crypto.SHA256Digest) {
        guard let result = Self(bytes: digest) else { preconditionFailure("SHA-256 has 32 bytes") }
        self = result
    }
}
