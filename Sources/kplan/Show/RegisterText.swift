import Arm64

/// The fields of the translation registers, spelled out: decoded from the values, so that a value that someone
/// changed shows.
///
/// Source: Arm ARM (DDI 0487), MAIR_EL1, TCR_EL1, TCR_EL2.
enum RegisterText {
    /// MAIR_ELx: the attributes that are not zero, by index.
    static func mair(_ value: UInt64) -> String {
        (0..<8).compactMap { index -> String? in
            let attribute = value >> UInt64(8 * index) & 0xff
            guard attribute != 0 else { return nil }
            let type = MemoryType.allCases.first { $0.attribute == attribute }
            return "\(index): \(type?.rawValue ?? attribute.hex)"
        }
        .joined(separator: ", ")
    }

    /// TCR_EL1, and TCR_EL2 where HCR_EL2.E2H is 1.
    static func el1(_ value: UInt64) -> String {
        var fields = Fields(value)
        fields.walk()
        fields.take(23, 1) { $0 == 1 ? "EPD1" : "EPD1 0: TTBR1 is walked" }
        fields.take(16, 6) { $0 == 0 ? nil : "T1SZ \($0)" }
        fields.take(30, 2) { ["", "TG1 16K", "TG1 4K", "TG1 64K"][Int($0)] }
        return fields.text
    }

    /// TCR_EL2 where HCR_EL2.E2H is 0: bits 23 and 31 are RES1.
    static func el2(_ value: UInt64) -> String {
        var fields = Fields(value)
        fields.walk()
        fields.take(23, 1) { $0 == 1 ? nil : "bit 23 not 1" }
        fields.take(31, 1) { $0 == 1 ? nil : "bit 31 not 1" }
        return fields.text
    }

    /// A value with the fields that were told.
    private struct Fields {
        private var rest: UInt64
        private var told: [String] = []

        init(_ value: UInt64) {
            rest = value
        }

        /// The fields of the walk from TTBR0, which both layouts share.
        mutating func walk() {
            take(0, 6) { "T0SZ \($0)" }
            take(14, 2) { "TG0 " + ["4K", "64K", "16K", "reserved"][Int($0)] }
            take(12, 2) { "SH0 " + ["none", "reserved", "outer", "inner"][Int($0)] }
            take(10, 2) { "ORGN0 " + Self.cacheability[Int($0)] }
            take(8, 2) { "IRGN0 " + Self.cacheability[Int($0)] }
        }

        /// Tells the field of `width` bits from `position` on.
        mutating func take(_ position: UInt64, _ width: UInt64, _ tell: (UInt64) -> String?) {
            let mask: UInt64 = (1 << width - 1) << position
            if let text = tell((rest & mask) >> position), !text.isEmpty { told.append(text) }
            rest &= ~mask
        }

        /// Everything, with the bits that belong to no field of ours.
        var text: String {
            (told + (rest == 0 ? [] : ["other bits \(rest.hex)"])).joined(separator: ", ")
        }

        /// Non-cacheable, Write-Back Write-Allocate, Write-Through, Write-Back without Write-Allocate.
        private static let cacheability = ["NC", "WBWA", "WT", "WB"]
    }
}
