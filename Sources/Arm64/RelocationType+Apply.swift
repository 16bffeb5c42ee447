/// Why a relocation can't be applied.
public enum RelocationError: Error, Equatable, Sendable {
    /// The result does not fit its field.
    case outOfRange(type: RelocationType, site: UInt64, value: UInt64)
    /// The result is no multiple of what the instruction can express, in bytes.
    case misaligned(type: RelocationType, site: UInt64, value: UInt64, alignment: UInt64)
    /// The place that is to be changed is not inside the bytes.
    case outsideSection(type: RelocationType, site: UInt64)
}

extension RelocationType {
    /// How many bytes it changes.
    public var size: UInt64 {
        switch formula.field {
        case .none: 0
        case .data(let count): UInt64(count)
        case .immediate, .adr: 4
        }
    }

    /// Writes the relocation into `bytes` at `offset`. A field of an instruction is replaced, whatever it held.
    ///
    /// - Parameters:
    ///   - site: the physical address of `bytes[offset]` (P).
    ///   - value: the symbol's address plus the addend (S + A).
    public func apply(
        to bytes: inout [UInt8], at offset: Int, site: UInt64, value: UInt64
    ) throws(RelocationError) {
        let formula = formula
        let result = try formula.result(type: self, site: site, value: value)
        let length = Int(size)
        guard offset >= 0, offset <= bytes.count, length <= bytes.count - offset else {
            throw .outsideSection(type: self, site: site)
        }
        var word: UInt64 = 0
        for index in (0..<length).reversed() { word = word << 8 | UInt64(bytes[offset + index]) }
        word = formula.inserting(result >> UInt64(formula.lowBit), into: word)
        for index in 0..<length {
            bytes[offset + index] = UInt8(truncatingIfNeeded: word >> UInt64(8 * index))
        }
    }
}

extension RelocationFormula {
    /// What goes into the field, before it is shifted.
    func result(type: RelocationType, site: UInt64, value: UInt64) throws(RelocationError) -> UInt64 {
        let pageMask: UInt64 = 0xfff
        var result =
            switch operation {
            case .absolute: value
            case .pcRelative: value &- site
            case .pageRelative: (value & ~pageMask) &- (site & ~pageMask)
            }
        if resultBits < 64 { result &= (1 << UInt64(resultBits)) - 1 }
        guard result & (alignment - 1) == 0 else {
            throw .misaligned(type: type, site: site, value: value, alignment: alignment)
        }
        let signed = Int64(bitPattern: result)
        let fits =
            switch range {
            case .any: true
            case .signed(let bits): signed >> Int64(bits - 1) == signed >> 63
            case .unsigned(let bits): result >> UInt64(bits) == 0
            case .either(let bits): signed >> Int64(bits - 1) == -1 || result >> UInt64(bits) == 0
            }
        guard fits else { throw .outOfRange(type: type, site: site, value: value) }
        return result
    }

    /// `word` with the field replaced by the low bits of `immediate`.
    func inserting(_ immediate: UInt64, into word: UInt64) -> UInt64 {
        switch field {
        case .none: word
        case .data: immediate
        case .immediate(let position, let width):
            BitField(position: position, width: width).replacing(immediate, in: word)
        case .adr:
            BitField.adrHigh.replacing(
                immediate >> 2, in: BitField.adrLow.replacing(immediate, in: word))
        }
    }
}

extension BitField {
    /// `immlo` of ADR and ADRP.
    fileprivate static let adrLow = BitField(position: 29, width: 2)
    /// `immhi` of ADR and ADRP.
    fileprivate static let adrHigh = BitField(position: 5, width: 19)
}
