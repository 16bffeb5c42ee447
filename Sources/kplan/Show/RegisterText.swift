import Arm64

/// The fields of the translation registers, spelled out: decoded from the values, so that a value that someone
/// changed shows.
///
/// Source: Arm ARM (DDI 0487), MAIR_EL1, TCR_EL1, TCR_EL2.
enum RegisterText {
    /// MAIR_ELx: the attributes that are not zero, by index. Zero is device-nGnRnE, which no descriptor asks for.
    static func mair(_ value: UInt64) -> String {
        (0..<8 as Range<UInt64>).compactMap { index -> String? in
            guard value >> (8 * index) & 0xff != 0 else { return nil }
            return "\(index): \(MemoryAttribute(mair: value, index: index).text)"
        }
        .joined(separator: ", ")
    }

    /// TCR_ELx: what the walk goes by, with the values' meaning; every other field that is not 0; and what is to come
    /// from the CPU.
    static func tcr(_ value: UInt64, _ regime: TranslationRegime) -> String {
        let fields = TranslationControlField.all(regime)
        var texts = fields.compactMap { text($0, $0.value(in: value)) }
        let rest = value & ~fields.reduce(0) { $0 | $1.mask }
        if rest != 0 { texts.append("RES0 bits \(rest.hex)") }
        let size = regime == .el2 ? "PS" : "IPS"
        return texts.joined(separator: ", ") + "; \(size) from the CPU"
    }

    /// A field with its value; nil where it says nothing.
    private static func text(_ field: TranslationControlField, _ value: UInt64) -> String? {
        switch field.name {
        case "T0SZ": "T0SZ \(value) (\(64 - value)-bit addresses)"
        case "T1SZ": value == 0 ? nil : "T1SZ \(value)"
        case "TG0": "TG0 " + ["4K", "64K", "16K", "reserved"][Int(value)]
        case "TG1": value == 0 ? nil : "TG1 " + ["", "16K", "4K", "64K"][Int(value)]
        case "SH0": "SH0 " + shareability[Int(value)]
        case "IRGN0", "ORGN0": "\(field.name) " + cacheability[Int(value)]
        case "SH1": value == 0 ? nil : "SH1 " + shareability[Int(value)]
        case "IRGN1", "ORGN1": value == 0 ? nil : "\(field.name) " + cacheability[Int(value)]
        case "EPD1": value == 1 ? "EPD1 (no walk from TTBR1)" : "EPD1 0 (TTBR1 is walked)"
        case "RES1": value == 1 ? nil : "bit \(field.position) not 1"
        default: value == 0 ? nil : "\(field.name) \(value.hex)"
        }
    }

    private static let shareability = ["none", "reserved", "outer", "inner"]
    /// Non-cacheable, Write-Back Write-Allocate, Write-Through, Write-Back without Write-Allocate.
    private static let cacheability = ["NC", "WBWA", "WT", "WB"]
}
