// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later

/// A bare arm64 machine: what its memory holds when the first instruction runs, and on which CPU that is.
///
/// What Unicorn 2.0.1 does not do, so that a run proves nothing about it:
/// - Virtual and physical addresses must be equal: it decides by the virtual one whether memory is there, and that before
///   the tables. An access to nothing ends as `.unmapped`, one to memory that the tables don't map as an exception.
/// - TCR.IPS and PS are not checked (`TranslationChange` has TCR), nor is alignment (`firstUnalignedWithoutMMU`).
/// - FP and SIMD never trap, whatever CPACR_EL1 and CPTR_EL2 say.
/// - There are no caches: `dirtyLines`, `firstStale` and `hiddenLines` follow loads, stores and DC by address, not DC by set
///   and way, nor what a CPU fetches ahead.
/// - The 16 KiB granule is on no model; EL3 and interrupts are not used.
public struct EmulatedMachine: Sendable {
    /// Where the program starts, as the kernel's kexec leaves the CPU.
    public enum ExceptionLevel: String, Sendable, CaseIterable, Codable {
        /// A kernel without virtualization, or in a guest.
        case el1 = "1"
        /// A kernel with virtualization on a CPU before ARMv8.1.
        case el2 = "2"
        /// EL2 with HCR_EL2.E2H and TGE set (FEAT_VHE): the EL1 names and layouts of the registers at EL2.
        case el2E2H = "2-e2h"
    }

    /// The CPU models of Unicorn 2.0.1.
    public enum CPU: String, Sendable, CaseIterable, Codable {
        /// Cortex-A53: ARMv8.0, 40 bits of physical address, no 16 KiB granule.
        case cortexA53 = "cortex-a53"
        /// Cortex-A57: ARMv8.0, 44 bits of physical address, no 16 KiB granule.
        case cortexA57 = "cortex-a57"
        /// Cortex-A72: ARMv8.0, 44 bits of physical address, no 16 KiB granule.
        case cortexA72 = "cortex-a72"
        /// Everything that QEMU 5.0 emulates, FEAT_VHE among it; the only model that starts at `.el2E2H`.
        case max
    }

    /// Bytes in memory, loaded as kexec_load does: the content, then zero up to the memory size.
    public struct Segment: Sendable, Codable {
        /// The physical address of the first byte.
        public var address: UInt64
        /// The size in memory, in bytes; at least that of the content.
        public var memorySize: UInt64
        /// What is loaded at the address.
        public var content: SegmentContent

        /// - Parameter memorySize: in bytes; that of the content if nil.
        public init(address: UInt64, memorySize: UInt64? = nil, content: [UInt8]) {
            self.init(address: address, memorySize: memorySize, content: .bytes(HexBytes(content)))
        }

        /// - Parameter memorySize: in bytes; that of the content if nil.
        public init(address: UInt64, memorySize: UInt64? = nil, content: SegmentContent) {
            self.address = address
            self.memorySize = memorySize ?? content.size
            self.content = content
        }
    }

    /// The CPU model.
    public var cpu: CPU
    /// The exception level at entry.
    public var level: ExceptionLevel
    /// What is loaded. The pages of a segment are memory whether or not `ram` has them.
    public var segments: [Segment]
    /// Memory besides the segments, zero at the start. Whatever lies in no page of it is not there.
    public var ram: [Range<UInt64>] = []
    /// The UART, if the machine has one.
    public var console: Console?
    /// x0 to x30 at entry. By default values that are no address and differ, so that nothing may rely on them.
    public var registers: [UInt64] = (0..<31).map { 0xdead_0000_0000_0000 | $0 }
    /// System registers to write before entry, in this order; the exception level's own setting comes first.
    public var systemRegisters: [(register: SystemRegister, value: UInt64)] = []
    /// The CPU has the SHA-256 instructions (FEAT_SHA256), as all models do. Without them ID_AA64ISAR0_EL1.SHA2 is 0.
    public var hasSHA256 = true
    /// Where stores are nothing to tell of: `Outcome.Accesses.strayStores` has those that go elsewhere. The console's don't count.
    public var expectedStores: [Range<UInt64>] = []
    /// Goes to the program's own exception vectors on an exception that its level takes: to VBAR, once the program has set
    /// it. Else the run ends there.
    public var deliversExceptions = false
    /// What to watch besides the flow of instructions. Each costs time.
    public var observations: Observations = [.dataAccesses, .cacheMaintenance]

    /// What a run records where it costs time.
    public struct Observations: OptionSet, Sendable {
        /// One bit each.
        public let rawValue: Int
        /// From the bits.
        public init(rawValue: Int) { self.rawValue = rawValue }
        /// Every load and store: `Outcome.accesses`.
        public static let dataAccesses = Observations(rawValue: 1)
        /// Every DC instruction by address: `Outcome.cacheOperations`.
        public static let cacheMaintenance = Observations(rawValue: 2)
    }

    /// What is written over the segments, in this order.
    public private(set) var patches: [(address: UInt64, bytes: [UInt8])] = []

    /// The addresses of bytes of which bit 0 is flipped, after all else is loaded.
    public var flippedBytes: [UInt64] = []

    /// A machine with this CPU and memory.
    public init(cpu: CPU = .max, level: ExceptionLevel, segments: [Segment]) {
        self.cpu = cpu
        self.level = level
        self.segments = segments
    }

    /// Writes bytes over what the segments load, before the run; later patches over earlier ones.
    public mutating func patch(_ bytes: [UInt8], at address: UInt64) {
        patches.append((address, bytes))
    }
}
