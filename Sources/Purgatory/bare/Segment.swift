import CPurgatory

/// What the plan says of one range of memory.
struct Segment {
    let name: UnsafePointer<UInt8>
    let address: UInt64
    let contentLength: UInt64
    /// From the content's end up to here memory is zero.
    let memoryLength: UInt64
    let plannedDigest: SHA256.State
    /// Where in the content 32 bytes count as zero: a digest can't cover itself.
    let digestOffset: UInt64?

    init(_ region: UnsafePointer<purgatory_region>) {
        name = region_name_of(region)
        address = region.pointee.address
        contentLength = region.pointee.content_length
        memoryLength = region.pointee.memory_length
        plannedDigest = Self.digest(at: region_sha256_of(region))
        digestOffset = nil
    }

    /// Purgatory itself. What follows its content is its stack, which is in use.
    init(purgatory parameters: UnsafePointer<purgatory_parameters>) {
        let own: StaticString = "purgatory"
        let digest = purgatory_sha256_of(parameters)
        name = own.utf8Start
        address = parameters.pointee.purgatory_base
        contentLength = parameters.pointee.content_len
        memoryLength = contentLength
        plannedDigest = Self.digest(at: digest)
        let offset = UInt64(UInt(bitPattern: digest)) &- address
        digestOffset = offset < contentLength && contentLength &- offset >= Self.digestSize ? offset : nil
    }

    /// Calls `pieceDone` after every whole piece of the content, but for purgatory's own, which is small.
    func digest(useCrypto: Bool, pieceDone: () -> Void) -> SHA256.State {
        var hash = SHA256(useCrypto: useCrypto)
        if let digestOffset {
            let rest = digestOffset &+ Self.digestSize
            hash.update(memory_at(address), count: digestOffset)
            hash.update(zeros: Self.digestSize)
            hash.update(memory_at(address &+ rest), count: contentLength &- rest)
        } else {
            let piece = pieceSize
            var done: UInt64 = 0
            while contentLength &- done >= piece {
                hash.update(memory_at(address &+ done), count: piece)
                done &+= piece
                pieceDone()
            }
            hash.update(memory_at(address &+ done), count: contentLength &- done)
        }
        hash.finish()
        return hash.state
    }

    /// 1 MiB, which takes seconds on a slow CPU whose caches are off; twice that as often as it leaves more than
    /// 32 pieces, which is what a line has room for.
    private var pieceSize: UInt64 {
        var size: UInt64 = 1 << 20
        while contentLength / size > 32 { size <<= 1 }
        return size
    }

    /// The address of the first byte after the content that is not zero.
    func firstNonzeroPadding() -> UInt64? {
        memoryLength > contentLength
            ? firstNonzeroByte(from: address &+ contentLength, to: address &+ memoryLength) : nil
    }

    private static let digestSize: UInt64 = 32

    private static func digest(at bytes: UnsafePointer<UInt8>) -> SHA256.State {
        UnsafeRawPointer(bytes).withMemoryRebound(to: UInt32.self, capacity: 8) { words in
            InlineArray { words[$0].bigEndian }  // aligned: by parameters.h
        }
    }
}

/// Padding may be larger than all content (an Image's .bss), so it is read 64 bytes at a time, in aligned
/// words: that is legal with the MMU off too.
@inline(never)
private func firstNonzeroByte(from start: UInt64, to end: UInt64) -> UInt64? {
    let stride: UInt64 = 64
    var next = start
    while next < end, next % stride != 0 {
        if memory_at(next).pointee != 0 { return next }
        next &+= 1
    }
    while end &- next >= stride {
        let words = UnsafeRawPointer(memory_at(next)).assumingMemoryBound(to: UInt64.self)
        let low = words[0] | words[1] | words[2] | words[3]
        let high = words[4] | words[5] | words[6] | words[7]
        if low | high != 0 { break }
        next &+= stride
    }
    while next < end {
        if memory_at(next).pointee != 0 { return next }
        next &+= 1
    }
    return nil
}
