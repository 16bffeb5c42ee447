import Arm64
import Testing

/// Values at the edges of every field; that whole objects come out as a linker makes them is shown in
/// EmitterTests.
@Suite struct RelocationTypeTests {
    static let site: UInt64 = 0x4000_0000

    /// The word that a relocation leaves of `before`.
    static func word(_ type: RelocationType, _ value: UInt64, before: UInt32 = 0) throws -> UInt32 {
        var bytes = (0..<4).map { UInt8(truncatingIfNeeded: before >> ($0 * 8)) }
        try type.apply(to: &bytes, at: 0, site: site, value: value)
        return bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    @Test(
        arguments: [
            (RelocationType.call26, -(1 << 27), (1 << 27) - 4, 4),
            (.jump26, -(1 << 27), (1 << 27) - 4, 4),
            (.condbr19, -(1 << 20), (1 << 20) - 4, 4),
            (.ldPrelLo19, -(1 << 20), (1 << 20) - 4, 4),
            (.tstbr14, -(1 << 15), (1 << 15) - 4, 4),
            (.adrPrelLo21, -(1 << 20), (1 << 20) - 1, 1),
            (.adrPrelPgHi21, -(1 << 32), (1 << 32) - 4096, 4096),
        ] as [(RelocationType, Int64, Int64, Int64)])
    func distancesHaveLimits(type: RelocationType, low: Int64, high: Int64, step: Int64) throws {
        func value(_ distance: Int64) -> UInt64 { Self.site &+ UInt64(bitPattern: distance) }
        _ = try Self.word(type, value(low))
        _ = try Self.word(type, value(high))
        for beyond in [low - step, high + step] {
            #expect(throws: RelocationError.outOfRange(type: type, site: Self.site, value: value(beyond))) {
                try Self.word(type, value(beyond))
            }
        }
    }

    @Test(
        arguments: [
            (RelocationType.call26, 4), (.jump26, 4), (.condbr19, 4), (.ldPrelLo19, 4), (.tstbr14, 4),
            (.ldst16AbsLo12NC, 2), (.ldst32AbsLo12NC, 4), (.ldst64AbsLo12NC, 8), (.ldst128AbsLo12NC, 16),
        ] as [(RelocationType, UInt64)])
    func alignment(type: RelocationType, alignment: UInt64) throws {
        _ = try Self.word(type, Self.site + alignment)
        let odd = Self.site + alignment / 2
        #expect(
            throws: RelocationError.misaligned(
                type: type, site: Self.site, value: odd, alignment: alignment)
        ) {
            try Self.word(type, odd)
        }
    }

    @Test func fieldsAreReplacedNotAddedTo() throws {
        #expect(try Self.word(.call26, Self.site + 8, before: 0x97ff_ffff) == 0x9400_0002)
        #expect(try Self.word(.addAbsLo12NC, 0x1234_5678, before: 0x913f_fc00) == 0x9119_e000)
        #expect(try Self.word(.movwUabsG2NC, 0x1234_5678_9abc, before: 0xf2df_ffe0) == 0xf2c2_4680)
        #expect(try Self.word(.adrPrelLo21, Self.site + 5, before: 0x1000_0000) == 0x3000_0020)
    }

    @Test func movesAboveFourGigabytes() throws {
        let value: UInt64 = 0xfedc_ba98_7654_3210
        #expect(try Self.word(.movwUabsG0NC, value) == 0x3210 << 5)
        #expect(try Self.word(.movwUabsG1NC, value) == 0x7654 << 5)
        #expect(try Self.word(.movwUabsG2NC, value) == 0xba98 << 5)
        #expect(try Self.word(.movwUabsG3, value) == 0xfedc << 5)
        for (type, bits) in [(RelocationType.movwUabsG0, 16), (.movwUabsG1, 32), (.movwUabsG2, 48)] {
            _ = try Self.word(type, 1 << UInt64(bits) - 1)
            #expect(throws: RelocationError.self) { try Self.word(type, 1 << UInt64(bits)) }
        }
    }

    @Test func dataOf32Bits() throws {
        #expect(try Self.word(.abs32, 0xffff_ffff) == 0xffff_ffff)
        #expect(try Self.word(.abs32, UInt64(bitPattern: -(1 << 31))) == 0x8000_0000)
        #expect(throws: RelocationError.self) { try Self.word(.abs32, 1 << 32) }
        #expect(throws: RelocationError.self) { try Self.word(.abs32, UInt64(bitPattern: -(1 << 31) - 1)) }
        #expect(try Self.word(.prel32, Self.site - 4) == 0xffff_fffc)
    }

    @Test func aSiteMustBeInsideTheBytes() throws {
        var bytes: [UInt8] = [0, 0, 0, 0, 0, 0, 0]
        for offset in [-1, 4, 7, Int.max] {
            #expect(throws: RelocationError.outsideSection(type: .call26, site: 0)) {
                try RelocationType.call26.apply(to: &bytes, at: offset, site: 0, value: 0)
            }
        }
        #expect(throws: RelocationError.outsideSection(type: .abs64, site: 0)) {
            try RelocationType.abs64.apply(to: &bytes, at: 0, site: 0, value: 0)
        }
    }

    @Test func namesAreThoseOfTheABI() {
        #expect(Set(RelocationType.allCases.map(\.name)).count == RelocationType.allCases.count)
        #expect(RelocationType(rawValue: 283)?.name == "R_AARCH64_CALL26")
        #expect(RelocationType(rawValue: 311) == nil)  // R_AARCH64_ADR_GOT_PAGE
    }
}
