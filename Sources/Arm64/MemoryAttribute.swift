/// A memory attribute as MAIR_ELx encodes it, in one byte. Apart from `MemoryType`, which makes such values.
///
/// Source: Arm ARM (DDI 0487), MAIR_EL1, Attr<n>.
public enum MemoryAttribute: Hashable, Sendable {
    /// Device memory.
    case device(Device)
    /// Normal memory, by what outer and inner caches do with it.
    case normal(outer: Caching, inner: Caching)
    /// An encoding that is UNPREDICTABLE, or of an extension (FEAT_XS, FEAT_MTE2).
    case other(UInt8)

    /// Gathering, Reordering, Early write acknowledgement: each allowed, or not (`n`).
    public enum Device: UInt8, Sendable {
        case nGnRnE = 0b00
        case nGnRE = 0b01
        case nGRE = 0b10
        case gre = 0b11
    }

    /// What a cache does with normal memory.
    public struct Caching: Hashable, Sendable {
        /// How writes are made.
        public let policy: Policy
        /// True where lines are allocated on reads.
        public let allocatesOnRead: Bool
        /// True where lines are allocated on writes.
        public let allocatesOnWrite: Bool
        /// True where a line is expected to be needed for a short time.
        public let isTransient: Bool

        /// How writes are made.
        public enum Policy: Sendable {
            case nonCacheable
            case writeThrough
            case writeBack
        }

        /// Write-Back Non-transient, Read- and Write-Allocate: what Linux calls MT_NORMAL.
        public static let writeBackAllocate = Caching(
            policy: .writeBack, allocatesOnRead: true, allocatesOnWrite: true, isTransient: false)

        private init(policy: Policy, allocatesOnRead: Bool, allocatesOnWrite: Bool, isTransient: Bool) {
            self.policy = policy
            self.allocatesOnRead = allocatesOnRead
            self.allocatesOnWrite = allocatesOnWrite
            self.isTransient = isTransient
        }

        /// The four bits `0bPPRW`. Not for 0, which has another meaning in the upper and in the lower half.
        init(bits: UInt8) {
            switch bits >> 2 {
            case 0b00: self.init(.writeThrough, bits, transient: true)
            case 0b01 where bits & 3 == 0:
                self.init(
                    policy: .nonCacheable, allocatesOnRead: false, allocatesOnWrite: false,
                    isTransient: false)
            case 0b01: self.init(.writeBack, bits, transient: true)
            case 0b10: self.init(.writeThrough, bits, transient: false)
            default: self.init(.writeBack, bits, transient: false)
            }
        }

        private init(_ policy: Policy, _ bits: UInt8, transient: Bool) {
            self.init(
                policy: policy, allocatesOnRead: bits & 2 != 0, allocatesOnWrite: bits & 1 != 0,
                isTransient: transient)
        }
    }

    /// The attribute of one byte.
    public init(byte: UInt8) {
        let outer = byte >> 4
        let inner = byte & 0xf
        switch (outer, inner) {
        case (0, _):
            // 0b0000dd00; the two low bits are FEAT_XS or UNPREDICTABLE.
            self = inner & 3 == 0 ? .device(Device(rawValue: inner >> 2) ?? .nGnRnE) : .other(byte)
        case (_, 0): self = .other(byte)
        default: self = .normal(outer: Caching(bits: outer), inner: Caching(bits: inner))
        }
    }

    /// What MAIR_ELx has at AttrIndx `index`, 0 to 7.
    public init(mair: UInt64, index: UInt64) {
        self.init(byte: UInt8(truncatingIfNeeded: mair >> (index & 7 * 8)))
    }
}
