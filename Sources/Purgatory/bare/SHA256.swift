import CPurgatory

/// SHA-256 (FIPS 180-4) of bytes that come in pieces.
struct SHA256 {
    typealias State = InlineArray<8, UInt32>

    static let blockSize: UInt64 = 64
    /// What a block has room for besides the message's length, which is its last 8 bytes.
    private static let lengthOffset = 56

    /// The digest, once `finish` has run: eight words, the first the most significant.
    private(set) var state: State = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
        0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]
    private var block = MessageBlock()
    private var length: UInt64 = 0
    private let useCrypto: Bool

    init(useCrypto: Bool) {
        self.useCrypto = useCrypto
    }

    @inline(never)
    mutating func update(_ bytes: UnsafePointer<UInt8>, count: UInt64) {
        var next = bytes
        var remaining = count
        while remaining != 0 {
            if length % Self.blockSize == 0, remaining >= Self.blockSize, canReadInPlace(next) {
                let whole = remaining & ~(Self.blockSize &- 1)
                compress(next, blocks: whole / Self.blockSize)
                next += Int(truncatingIfNeeded: whole)
                remaining &-= whole
                length &+= whole
            } else {
                append(next.pointee)
                next += 1
                remaining &-= 1
            }
        }
    }

    mutating func update(zeros count: UInt64) {
        var remaining = count
        while remaining != 0 {
            append(0)
            remaining &-= 1
        }
    }

    mutating func finish() {
        var bits = length &<< 3
        append(0x80)
        while Int(truncatingIfNeeded: length % Self.blockSize) != Self.lengthOffset { append(0) }
        var left = 8
        while left != 0 {
            append(UInt8(truncatingIfNeeded: bits &>> 56))
            bits &<<= 8
            left &-= 1
        }
    }

    /// The portable code reads words. Where memory is Device memory, because the MMU is off, a word has to
    /// be aligned; whatever is not goes through the block, byte by byte.
    @inline(__always)
    private func canReadInPlace(_ bytes: UnsafePointer<UInt8>) -> Bool {
        useCrypto || UInt(bitPattern: bytes) % UInt(MemoryLayout<UInt32>.alignment) == 0
    }

    @inline(never)
    private mutating func append(_ byte: UInt8) {
        let fill = Int(truncatingIfNeeded: length % Self.blockSize)
        block.bytes { $0[fill] = byte }
        length &+= 1
        if length % Self.blockSize == 0 {
            var full = block
            full.bytes { compress($0, blocks: 1) }
        }
    }

    @inline(never)
    private mutating func compress(_ data: UnsafePointer<UInt8>, blocks: UInt64) {
        withUnsafeMutablePointer(to: &state) {
            $0.withMemoryRebound(to: UInt32.self, capacity: 8) { words in
                if useCrypto {
                    sha256_compress_crypto(words, data, blocks)
                } else {
                    sha256CompressPortable(words, data, blocks: blocks)
                }
            }
        }
    }
}

/// 64 bytes, aligned for words.
private struct MessageBlock {
    private var words = InlineArray<8, UInt64>(repeating: 0)

    @inline(__always)
    mutating func bytes(_ body: (UnsafeMutablePointer<UInt8>) -> Void) {
        withUnsafeMutablePointer(to: &words) {
            $0.withMemoryRebound(to: UInt8.self, capacity: 64, body)
        }
    }
}
