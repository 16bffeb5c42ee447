import Arm64
import KexecPlan

import struct Crypto.SHA256

extension Emitter {
    /// Calls its second argument with the bytes of an input, in one piece or in several, in order. Nothing is copied, and
    /// the emitter opens no file.
    public typealias InputReader = (InputRole, (UnsafeRawBufferPointer) -> Void) -> Void

    /// The most zeros that are hashed after a segment's content, in bytes. A kernel's .bss is far below; an edited plan may say
    /// anything that its own memory map has room for.
    static let paddingLimit: UInt64 = 64 << 30

    /// kexec-tools' one digest: the SHA-256 of the segments in their order, each with the zeros after its content.
    ///
    /// - Parameter read: reads the inputs among them.
    static func segmentsDigest(
        of segments: [EmittedSegment], reading read: InputReader?
    ) throws(EmitterError) -> SHA256Digest {
        var hash = SHA256()
        for segment in segments {
            var size: UInt64 = 0
            switch segment.content {
            case .bytes(let bytes):
                hash.update(data: bytes)
                size = UInt64(bytes.count)
            case .input(let role):
                guard let read else { throw .inputNotGiven(role) }
                read(role) { piece in
                    hash.update(bufferPointer: piece)
                    size += UInt64(piece.count)
                }
            }
            guard size == segment.contentSize, size <= segment.memorySize else {
                throw .wrongSize(segment.role, size: size, planned: segment.contentSize)
            }
            let padding = segment.memorySize - size
            guard padding <= paddingLimit else {
                throw .paddingTooLarge(segment.role, size: padding, limit: paddingLimit)
            }
            hash.update(zeros: padding)
        }
        return SHA256Digest(hash.finalize())
    }

    /// Start and length in memory of each segment, as kexec-tools' purgatory has them; zeros for none.
    static func sha256Regions(of segments: [EmittedSegment]) throws(EmitterError) -> [UInt8] {
        guard segments.count <= PurgatoryContract.maximumRegions else {
            throw .tooManyRegions(segments.count)
        }
        var table: [UInt8] = []
        for segment in segments {
            table += segment.address.rawValue.littleEndianBytes + segment.memorySize.littleEndianBytes
        }
        return table
            + [UInt8](repeating: 0, count: Int(PurgatoryContract.sha256RegionsSize) - table.count)
    }
}

extension SHA256 {
    fileprivate mutating func update(zeros count: UInt64) {
        let zeros = [UInt8](repeating: 0, count: 1 << 16)
        var rest = count
        while rest > 0 {
            let piece = min(rest, UInt64(zeros.count))
            zeros.withUnsafeBytes { update(bufferPointer: .init(rebasing: $0.prefix(Int(piece)))) }
            rest -= piece
        }
    }
}
