import CPurgatory

/// Verifies every segment and says so; called by entry.S once the MMU is as it is going to be.
///
/// - Parameters:
///   - cpuAddressBits: the CPU's physical address bits, at most 48.
///   - level: a `LEVEL_` code.
///   - mmu: an `MMU_` code.
///   - useCrypto: not zero where the crypto extension is there and accessible.
/// - Returns: 0 if every segment is what the plan says.
@_cdecl("purgatory_verify")
public func purgatoryVerify(
    _ parameters: UnsafePointer<purgatory_parameters>, cpuAddressBits: UInt64, level: Int32, mmu: Int32,
    useCrypto: UInt64
) -> UInt64 {
    var verification = Verification(parameters, useCrypto: useCrypto != 0)
    verification.announce(level: level, mmu: mmu, cpuAddressBits: cpuAddressBits)
    verification.verify(Segment(purgatory: parameters))
    // Damaged, purgatory may hold any addresses: it had better not read from there.
    var index = verification.isSound ? 0 : UInt64(REGION_COUNT)
    while index < UInt64(REGION_COUNT) {
        let region = purgatory_region_at(parameters, index)
        if region.pointee.memory_length != 0 { verification.verify(Segment(region)) }
        index &+= 1
    }
    return verification.conclude(mmu: mmu)
}

private struct Verification {
    private let parameters: UnsafePointer<purgatory_parameters>
    private let useCrypto: Bool
    private var console: Console
    private var segments: UInt64 = 0
    private var bytes: UInt64 = 0
    private var ticks: UInt64 = 0
    private var failures: UInt64 = 0
    /// The bits in which anything differed from what it should be. It says the same as `failures` by another way, so
    /// that one damaged instruction of ours is not enough to start a damaged kernel.
    private var difference: UInt64 = 0

    /// Whether everything so far is what the plan says.
    var isSound: Bool { failures == 0 }

    init(_ parameters: UnsafePointer<purgatory_parameters>, useCrypto: Bool) {
        self.parameters = parameters
        self.useCrypto = useCrypto
        console = Console(parameters)
    }

    mutating func announce(level: Int32, mmu: Int32, cpuAddressBits: UInt64) {
        switch level {
        case LEVEL_EL1: console.text("purgatory: EL1, ")
        case LEVEL_EL2: console.text("purgatory: EL2, ")
        default: console.text("purgatory: EL2 with E2H, ")
        }
        sayMMU(mmu)
        switch mmu {
        case MMU_ON:
            console.text(", ")
            sayGranule()
        case MMU_OFF_NO_TABLES:
            console.text(": no page tables")
        case MMU_OFF_GRANULE:
            console.text(": ")
            sayGranule()
            console.text(" not supported by this CPU")
        case MMU_OFF_ADDRESS_BITS:
            console.text(": physical addresses need ")
            console.decimal(parameters.pointee.address_bits)
            console.text(" bits, this CPU has ")
            console.decimal(cpuAddressBits)
        default:
            break
        }
        console.text(useCrypto ? ", SHA-256 by crypto extension\r\n" : ", SHA-256 by portable code\r\n")
    }

    /// The line's beginning is out before the work starts: whatever stops it, the segment has been named.
    @inline(never)
    mutating func verify(_ segment: Segment) {
        begin(segment)
        let start = counter_ticks()
        let digest = segment.digest(useCrypto: useCrypto)
        let nonzero = segment.firstNonzeroPadding()
        ticks &+= counter_ticks() &- start
        segments &+= 1
        bytes &+= segment.contentLength

        let digestDifference = Self.difference(digest, segment.plannedDigest)
        difference |= UInt64(digestDifference) | (nonzero ?? 0)
        let matches = digestDifference == 0
        if matches, nonzero == nil {
            console.text(" ")
            console.decimal(segment.contentLength)
            console.text(" bytes ok\r\n")
            return
        }
        failures &+= 1
        if !matches {
            console.text(": SHA-256 mismatch\r\npurgatory:   planned   ")
            console.digest(segment.plannedDigest)
            console.text("purgatory:   in memory ")
            console.digest(digest)
        }
        if let nonzero {
            if !matches { begin(segment) }
            console.text(": byte at ")
            console.address(nonzero)
            console.text(" is not zero\r\n")
        }
    }

    /// - Returns: 0 if the kernel may be started.
    mutating func conclude(mmu: Int32) -> UInt64 {
        if failures != 0 {
            console.text("purgatory: stopped, the kernel was not started\r\n")
            return failures | difference
        }
        console.text("purgatory: ")
        console.decimal(segments)
        console.text(" segments, ")
        console.decimal(bytes)
        console.text(" bytes verified, ")
        sayMMU(mmu)
        console.endLine()
        let frequency = counter_frequency()
        if frequency != 0 {
            console.text("purgatory: verified in ")
            console.decimal(ticks &* 1000 / frequency)
            console.text(" ms\r\n")
        }
        console.text("purgatory: starting the kernel at ")
        console.address(parameters.pointee.kernel_entry)
        console.endLine()
        return difference
    }

    private mutating func begin(_ segment: Segment) {
        console.text("purgatory: ")
        console.name(segment.name)
        console.text(" ")
        console.address(segment.address)
    }

    private mutating func sayMMU(_ mmu: Int32) {
        switch mmu {
        case MMU_ON: console.text("MMU on")
        case MMU_LEFT_ON: console.text("MMU left on")
        default: console.text("MMU off")
        }
    }

    private mutating func sayGranule() {
        console.decimal(parameters.pointee.granule / 1024)
        console.text("K granule")
    }

    /// The bits in which any words differ.
    private static func difference(_ left: SHA256.State, _ right: SHA256.State) -> UInt32 {
        var difference: UInt32 = 0
        var index = 0
        while index < left.count {
            difference |= left[unchecked: index] ^ right[unchecked: index]
            index &+= 1
        }
        return difference
    }
}
