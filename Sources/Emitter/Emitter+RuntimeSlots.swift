import KexecPlan

extension Emitter {
    /// The segments with the plan's runtime slots filled: random bytes first, then the digests of segments that
    /// this changed, and purgatory's digest of itself last. Other segments stay as they are, and so does the place of
    /// purgatory's report, which is zero when it is verified.
    ///
    /// - Parameters:
    ///   - read: reads the kernel and the initrd again, for kexec-tools' one digest of everything.
    ///   - random: returns as many random bytes as it is asked for.
    public static func fillRuntimeSlots(
        of plan: Plan, in emitted: [EmittedSegment], reading read: InputReader? = nil,
        random: (Int) -> [UInt8]
    ) throws(EmitterError) -> [EmittedSegment] {
        var contents: [SegmentRole: [UInt8]] = [:]
        for slot in plan.runtimeSlots where slot.fill != .report {
            guard let segment = emitted.first(where: { $0.role == slot.segment }),
                case .bytes(let bytes) = segment.content
            else { throw .slotWithoutContent(slot) }
            contents[slot.segment] = bytes
        }
        for slot in plan.runtimeSlots where slot.fill == .random {
            try fill(slot, in: &contents) { count in random(count) }
        }
        for slot in plan.runtimeSlots {
            guard case .digest(let role) = slot.fill, role != slot.segment else { continue }
            guard let content = contents[role] else { throw .slotWithoutContent(slot) }
            try fill(slot, in: &contents) { _ in SHA256Digest(hashing: content).bytes }
        }
        for slot in plan.runtimeSlots where slot.fill == .segmentsDigest {
            let checked = emitted.filter { $0.role != .purgatory }.map { segment in
                contents[segment.role].map { segment.withContent($0) } ?? segment
            }
            let digest = try segmentsDigest(of: checked, reading: read)
            try fill(slot, in: &contents) { _ in digest.bytes }
        }
        for slot in plan.runtimeSlots where slot.fill == .digest(of: slot.segment) {
            try fill(slot, in: &contents) { count in [UInt8](repeating: 0, count: count) }
            let digest = SHA256Digest(hashing: contents[slot.segment] ?? [])
            try fill(slot, in: &contents) { _ in digest.bytes }
        }
        return emitted.map { segment in
            contents[segment.role].map { segment.withContent($0) } ?? segment
        }
    }

    private static func fill(
        _ slot: RuntimeSlot, in contents: inout [SegmentRole: [UInt8]], with bytes: (Int) -> [UInt8]
    ) throws(EmitterError) {
        guard let offset = Int(exactly: slot.offset), let length = Int(exactly: slot.length),
            let size = contents[slot.segment]?.count, offset <= size, length <= size - offset
        else { throw .slotWithoutContent(slot) }
        let filling = bytes(length)
        guard filling.count == length else { throw .slotWithoutContent(slot) }
        contents[slot.segment]?.replaceSubrange(offset..<offset + length, with: filling)
    }
}

extension EmittedSegment {
    fileprivate func withContent(_ bytes: [UInt8]) -> EmittedSegment {
        EmittedSegment(
            role: role, address: address, memorySize: memorySize, contentSize: UInt64(bytes.count),
            content: .bytes(bytes), sha256: SHA256Digest(hashing: bytes))
    }
}
