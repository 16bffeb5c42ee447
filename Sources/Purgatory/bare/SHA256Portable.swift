import CPurgatory

/// SHA-256's compression of whole blocks (FIPS 180-4, section 6.2.2) in ordinary instructions.
///
/// The rounds stand in groups of sixteen, written out: the eight working variables then change places by
/// name only and the message schedule stays in registers, which makes the difference between 55 and 30
/// instructions a byte. A loop over a round would say the same at the former price.
///
/// - Parameter data: aligned for a word.
@inline(never)
func sha256CompressPortable(
    _ state: UnsafeMutablePointer<UInt32>, _ data: UnsafePointer<UInt8>, blocks: UInt64
) {
    var block = UnsafeRawPointer(data).assumingMemoryBound(to: UInt32.self)
    var remaining = blocks
    while remaining != 0 {
        var constants = sha256_round_constants()
        var schedule = MessageSchedule(block)
        var variables = WorkingVariables(state)
        var group = 0
        while group < 3 {
            variables.sixteenRounds(&schedule, constants)
            schedule.advance()
            constants += 16
            group &+= 1
        }
        variables.sixteenRounds(&schedule, constants)
        variables.add(to: state)
        block += 16
        remaining &-= 1
    }
}

@inline(__always)
private func rotateRight(_ word: UInt32, _ bits: UInt32) -> UInt32 {
    (word &>> bits) | (word &<< (32 &- bits))
}

/// Sixteen successive words of the message schedule, W(t) to W(t+15).
private struct MessageSchedule {
    var words: InlineArray<16, UInt32>

    @inline(__always)
    init(_ block: UnsafePointer<UInt32>) {
        words = InlineArray { block[$0].bigEndian }
    }

    /// Puts W(t+16) in the place of W(t), for one `t` of sixteen.
    @inline(__always)
    private mutating func extend(_ t: Int) {
        let w1 = words[unchecked: (t &+ 1) & 15]
        let w14 = words[unchecked: (t &+ 14) & 15]
        let sigma0 = rotateRight(w1, 7) ^ rotateRight(w1, 18) ^ (w1 &>> 3)
        let sigma1 = rotateRight(w14, 17) ^ rotateRight(w14, 19) ^ (w14 &>> 10)
        words[unchecked: t] = words[unchecked: t] &+ sigma0 &+ words[unchecked: (t &+ 9) & 15] &+ sigma1
    }

    /// The next sixteen words.
    @inline(__always)
    mutating func advance() {
        extend(0)
        extend(1)
        extend(2)
        extend(3)
        extend(4)
        extend(5)
        extend(6)
        extend(7)
        extend(8)
        extend(9)
        extend(10)
        extend(11)
        extend(12)
        extend(13)
        extend(14)
        extend(15)
    }
}

/// The variables a to h of a block.
private struct WorkingVariables {
    var a: UInt32, b: UInt32, c: UInt32, d: UInt32, e: UInt32, f: UInt32, g: UInt32, h: UInt32
    /// b ^ c: the last round's a ^ b, kept, since Maj(a, b, c) = ((a ^ b) & (b ^ c)) ^ b.
    private var bXorC: UInt32

    @inline(__always)
    init(_ state: UnsafePointer<UInt32>) {
        (a, b, c, d) = (state[0], state[1], state[2], state[3])
        (e, f, g, h) = (state[4], state[5], state[6], state[7])
        bXorC = b ^ c
    }

    @inline(__always)
    func add(to state: UnsafeMutablePointer<UInt32>) {
        state[0] &+= a
        state[1] &+= b
        state[2] &+= c
        state[3] &+= d
        state[4] &+= e
        state[5] &+= f
        state[6] &+= g
        state[7] &+= h
    }

    @inline(__always)
    private mutating func round(_ wordPlusConstant: UInt32) {
        let choice = g ^ (e & (f ^ g))
        let sum1 = rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25)
        let t1 = h &+ wordPlusConstant &+ choice &+ sum1
        let aXorB = a ^ b
        let majority = (aXorB & bXorC) ^ b
        let sum0 = rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22)
        bXorC = aXorB
        (h, g, f, e) = (g, f, e, d &+ t1)
        (d, c, b, a) = (c, b, a, t1 &+ sum0 &+ majority)
    }

    @inline(__always)
    mutating func sixteenRounds(_ schedule: inout MessageSchedule, _ constants: UnsafePointer<UInt32>) {
        round(schedule.words[unchecked: 0] &+ constants[0])
        round(schedule.words[unchecked: 1] &+ constants[1])
        round(schedule.words[unchecked: 2] &+ constants[2])
        round(schedule.words[unchecked: 3] &+ constants[3])
        round(schedule.words[unchecked: 4] &+ constants[4])
        round(schedule.words[unchecked: 5] &+ constants[5])
        round(schedule.words[unchecked: 6] &+ constants[6])
        round(schedule.words[unchecked: 7] &+ constants[7])
        round(schedule.words[unchecked: 8] &+ constants[8])
        round(schedule.words[unchecked: 9] &+ constants[9])
        round(schedule.words[unchecked: 10] &+ constants[10])
        round(schedule.words[unchecked: 11] &+ constants[11])
        round(schedule.words[unchecked: 12] &+ constants[12])
        round(schedule.words[unchecked: 13] &+ constants[13])
        round(schedule.words[unchecked: 14] &+ constants[14])
        round(schedule.words[unchecked: 15] &+ constants[15])
    }
}
