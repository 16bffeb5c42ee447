import CPurgatory

/// The UART that the loader named, or silence.
struct Console {
    private var sink: UInt64
    private let kind: UInt64

    init(_ parameters: UnsafePointer<purgatory_parameters>) {
        sink = parameters.pointee.sink
        kind = parameters.pointee.console
    }

    @inline(never)
    private mutating func put(_ byte: UInt8) {
        if sink == 0 { return }
        if console_put(sink, kind, byte) == 0 { sink = 0 }  // dead: the boot goes on, in silence
    }

    @inline(never)
    mutating func text(_ text: StaticString) {
        var next = text.utf8Start
        var remaining = text.utf8CodeUnitCount
        while remaining != 0 {
            put(next.pointee)
            next += 1
            remaining &-= 1
        }
    }

    mutating func endLine() {
        text("\r\n")
    }

    /// A segment's name: printable ASCII, up to the first NUL or 16 characters.
    @inline(never)
    mutating func name(_ characters: UnsafePointer<UInt8>) {
        var index = 0
        while index < 16, characters[index] != 0 {
            let isPrintable = characters[index] >= 0x20 && characters[index] < 0x7f
            put(isPrintable ? characters[index] : UInt8(ascii: "?"))
            index &+= 1
        }
    }

    @inline(never)
    mutating func decimal(_ value: UInt64) {
        var unit: UInt64 = 1
        while value / unit >= 10 { unit &*= 10 }
        while unit != 0 {
            put(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value / unit % 10))
            unit /= 10
        }
    }

    /// `0x` and the digits from the first that is not zero on.
    @inline(never)
    mutating func address(_ value: UInt64) {
        text("0x")
        let significantBits = 64 &- (value | 1).leadingZeroBitCount
        hexadecimal(value, digits: (significantBits &+ 3) / 4)
    }

    @inline(never)
    mutating func digest(_ words: SHA256.State) {
        var index = 0
        while index < words.count {
            hexadecimal(UInt64(words[unchecked: index]), digits: 8)
            index &+= 1
        }
        endLine()
    }

    @inline(never)
    private mutating func hexadecimal(_ value: UInt64, digits: Int) {
        var shift = UInt64(truncatingIfNeeded: digits &* 4)
        while shift != 0 {
            shift &-= 4
            let digit = UInt8(truncatingIfNeeded: value &>> shift) & 0xf
            put(digit < 10 ? UInt8(ascii: "0") &+ digit : UInt8(ascii: "a") &- 10 &+ digit)
        }
    }
}
