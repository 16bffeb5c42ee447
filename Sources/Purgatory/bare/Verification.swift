import CPurgatory

/// Verifies every segment and says so; called by entry.S once the MMU is as it is going to be.
///
/// - Parameters:
///   - cpuAddressBits: the CPU's physical address bits, at most 48.
///   - level: a `LEVEL_` code.
///   - mmu: an `MMU_` code.
///   - useCrypto: not zero where the crypto extension is there and accessible.
///   - summary: gets what the report to the next kernel says.
/// - Returns: 0 if every segment is what the plan says.
@_cdecl("purgatory_verify")
public func purgatoryVerify(
    _ parameters: UnsafePointer<purgatory_parameters>, cpuAddressBits: UInt64, level: Int32, mmu: Int32,
    useCrypto: UInt64, summary: UnsafeMutablePointer<purgatory_summary>
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
    summary.pointee = verification.summary
    return verification.conclude(mmu: mmu)
}

private struct Verification {
    private let parameters: UnsafePointer<purgatory_parameters>
    private let useCrypto: Bool
    private var console: Console
    private(set) var summary = purgatory_summary(
        ticks: 0, bytes: 0, segments: 0, frequency: counter_frequency())
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
        var hasDots = false
        var start = counter_ticks()
        let digest = segment.digest(useCrypto: useCrypto) {
            // The time is that of the verification, and the UART's is not.
            summary.ticks &+= counter_ticks() &- start
            console.text(hasDots ? "." : " .")
            hasDots = true
            start = counter_ticks()
        }
        let nonzero = segment.firstNonzeroPadding()
        summary.ticks &+= counter_ticks() &- start
        summary.segments &+= 1
        summary.bytes &+= segment.contentLength

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
        // What is wrong stands in a line of its own, which looks the same for every segment.
        if hasDots {
            console.endLine()
            begin(segment)
        }
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
        console.decimal(summary.segments)
        console.text(" segments, ")
        console.decimal(summary.bytes)
        console.text(" bytes verified, ")
        sayMMU(mmu)
        console.endLine()
        sayTime()
        console.text("purgatory: starting the kernel at ")
        console.address(parameters.pointee.kernel_entry)
        console.endLine()
        return difference
    }

    /// The ticks as they are, beside what they are in milliseconds: CNTFRQ_EL0 is what firmware says.
    @inline(__always)
    private mutating func sayTime() {
        let ticks = summary.ticks
        let frequency = summary.frequency
        console.text("purgatory: verified in ")
        if frequency == 0 {
            console.decimal(ticks)
            console.text(" ticks, CNTFRQ_EL0 is 0\r\n")
            return
        }
        console.decimal(ticks &* 1000 / frequency)
        console.text(" ms (")
        console.decimal(ticks)
        console.text(" ticks of ")
        console.decimal(frequency / 1_000_000)
        var fraction = frequency % 1_000_000
        if fraction != 0 { console.text(".") }
        while fraction != 0 {
            fraction &*= 10
            console.decimal(fraction / 1_000_000)
            fraction %= 1_000_000
        }
        console.text(" MHz)\r\n")
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
