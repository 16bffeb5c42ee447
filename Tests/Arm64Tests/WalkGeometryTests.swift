import Arm64
import Testing

/// What registers say, read apart from what makes them.
@Suite struct WalkGeometryTests {
    @Test(arguments: Granule.allCases, TranslationRegime.allCases)
    func readsWhatTranslationControlSays(granule: Granule, regime: TranslationRegime) throws {
        for bits in 25...48 {
            let control = try #require(TranslationControl(granule: granule, inputAddressBits: bits))
            let tcr =
                switch regime {
                case .el1: control.el1
                case .el2: control.el2
                case .el2E2H: control.el2E2H
                }
            let geometry = try #require(WalkGeometry(tcr: tcr, regime))
            #expect(geometry.granule == granule && geometry.inputAddressBits == bits)
            #expect(geometry.rootLevel == granule.rootLevel(addressBits: bits).rawValue)
            let named = TranslationControlField.all(regime).reduce(0) { $0 | $1.mask }
            #expect(tcr & ~named == 0)
        }
    }

    @Test func whatIsReservedAsksForNoWalk() {
        #expect(WalkGeometry(tcr: 16, .el1) != nil)
        #expect(WalkGeometry(tcr: 15, .el1) == nil, "49 bits: FEAT_LVA")
        #expect(WalkGeometry(tcr: 40, .el1) == nil, "24 bits: FEAT_TTST")
        #expect(WalkGeometry(tcr: 16 | 0b11 << 14, .el1) == nil, "TG0")
        #expect(WalkGeometry(tcr: 16 | 1 << 7, .el1) == nil, "EPD0")
        #expect(WalkGeometry(tcr: 16 | 1 << 7, .el2E2H) == nil, "EPD0")
        #expect(WalkGeometry(tcr: 16 | 1 << 7, .el2) != nil, "TCR_EL2 has no EPD0 where E2H is 0")
        for shift in 0..<64 as Range<UInt64> { _ = WalkGeometry(tcr: 1 << shift, .el2) }
        _ = WalkGeometry(tcr: .max, .el2)
    }

    @Test(arguments: TranslationRegime.allCases)
    func fieldsAreApart(regime: TranslationRegime) {
        let fields = TranslationControlField.all(regime)
        for (field, next) in zip(fields, fields.dropFirst()) {
            #expect(field.position + field.width <= next.position, "\(field.name)")
        }
    }

    @Test func memoryAttributes() {
        #expect(MemoryAttribute(mair: MemoryType.mair, index: 1) == .device(.nGnRE))
        #expect(
            MemoryAttribute(mair: MemoryType.mair, index: 0)
                == .normal(outer: .writeBackAllocate, inner: .writeBackAllocate))
        #expect(MemoryAttribute(mair: MemoryType.mair, index: 7) == .device(.nGnRnE))
        #expect(MemoryAttribute(byte: 0x01) == .other(0x01))
        #expect(MemoryAttribute(byte: 0xf0) == .other(0xf0))
        let same = (0...255 as ClosedRange<UInt8>).filter {
            MemoryAttribute(byte: $0) == .normal(outer: .writeBackAllocate, inner: .writeBackAllocate)
        }
        #expect(same == [0xff])
        #expect(Set((0...255 as ClosedRange<UInt8>).map(MemoryAttribute.init(byte:))).count > 200)
    }

    /// AP, PXN, UXN and what tables above say of them, as each regime reads them.
    @Test func rights() {
        func rights(_ bits: UInt64, _ regime: TranslationRegime, hierarchy: UInt64 = 0) -> String {
            let rights = LeafAttributes(descriptor: bits, hierarchy: hierarchy).rights(regime)
            return (rights.write ? "w" : "-") + (rights.execute ? "x" : "-")
                + (rights.unprivileged ? "0" : "-")
        }
        #expect(rights(0, .el1) == "wx-" && rights(0, .el2) == "wx-")
        #expect(rights(1 << 7, .el1) == "-x-" && rights(1 << 7, .el2) == "-x-")
        #expect(rights(1 << 53, .el1) == "w--" && rights(1 << 53, .el2) == "wx-")
        #expect(rights(1 << 54, .el1) == "wx-" && rights(1 << 54, .el2) == "w--")
        // What EL0 may write is not executed with privilege.
        #expect(rights(1 << 6, .el2E2H) == "w-0" && rights(0b11 << 6, .el1) == "-x0")
        #expect(rights(1 << 6, .el2) == "wx-")
        #expect(rights(0, .el1, hierarchy: 1 << 62) == "-x-")
        #expect(rights(1 << 6, .el1, hierarchy: 1 << 61) == "wx-")
        #expect(rights(0, .el1, hierarchy: 1 << 59) == "w--" && rights(0, .el2, hierarchy: 1 << 59) == "wx-")
        #expect(rights(0, .el1, hierarchy: 1 << 60) == "wx-" && rights(0, .el2, hierarchy: 1 << 60) == "w--")
    }
}
