import Arm64
import Crypto
import Emitter
import KexecPlan
import Testing

/// What apply fills in on the machine.
@Suite struct RuntimeSlotTests {
    @Test func slotsAreFilledAndDigestsFollow() throws {
        let sample = try EmitterSample()
        let emitted = try sample.emit()
        var asked: [Int] = []
        let filled = try Emitter.fillRuntimeSlots(of: sample.plan, in: emitted) { count in
            asked.append(count)
            return [UInt8](repeating: 0xa5, count: count)
        }
        #expect(asked == [8, 128])
        #expect(filled.map(\.role) == emitted.map(\.role))
        for role in [SegmentRole.kernel, .initrd, .pageTables] {
            #expect(try filled.first(role) == emitted.first(role))
        }

        var tree = sample.sources.deviceTree
        tree.replaceSubrange(100..<108, with: [UInt8](repeating: 0xa5, count: 8))
        tree.replaceSubrange(4873..<5001, with: [UInt8](repeating: 0xa5, count: 128))
        let treeDigest = Array(SHA256.hash(data: tree))
        #expect(try filled.first(.dtb).bytes == tree)
        #expect(try filled.first(.dtb).sha256.bytes == treeDigest)

        // Purgatory differs from what was emitted in the two digests, and these are right.
        let purgatory = try filled.first(.purgatory)
        var bytes = try #require(purgatory.bytes)
        var old = try #require(try emitted.first(.purgatory).bytes)
        #expect(purgatory.sha256.bytes == Array(SHA256.hash(data: bytes)))
        for slot in sample.plan.runtimeSlots where slot.segment == .purgatory {
            let place = Int(slot.offset)..<Int(slot.offset + slot.length)
            #expect(bytes[place] != old[place])
            if slot.fill == .digest(of: .dtb) { #expect(Array(bytes[place]) == treeDigest) }
        }
        let own = try #require(sample.plan.runtimeSlots.first { $0.fill == .digest(of: .purgatory) })
        let place = Int(own.offset)..<Int(own.offset) + 32
        let found = Array(bytes[place])
        bytes.replaceSubrange(place, with: [UInt8](repeating: 0, count: 32))
        #expect(Array(SHA256.hash(data: bytes)) == found)
        for slot in sample.plan.runtimeSlots where slot.segment == .purgatory {
            let place = Int(slot.offset)..<Int(slot.offset + slot.length)
            for index in place { (bytes[index], old[index]) = (0, 0) }
        }
        #expect(bytes == old)
    }

    @Test func withoutSlotsNothingChanges() throws {
        var sample = try EmitterSample()
        sample.plan.runtimeSlots = []
        let emitted = try sample.emit()
        let filled = try Emitter.fillRuntimeSlots(of: sample.plan, in: emitted) { _ in
            Issue.record("no random bytes are due")
            return []
        }
        #expect(filled == emitted)
    }

    private static func slot(
        _ segment: SegmentRole, _ offset: UInt64, _ length: UInt64, _ fill: RuntimeSlot.Fill = .random
    ) -> RuntimeSlot {
        RuntimeSlot(segment: segment, offset: offset, length: length, fill: fill, purpose: "test")
    }

    @Test(arguments: [
        slot(.dtb, 5001, 1), slot(.dtb, 5000, 2), slot(.dtb, 0, 5002), slot(.dtb, 5002, 0),
        slot(.dtb, .max, 1), slot(.dtb, 1, .max), slot(.dtb, .max, .max),
        slot(.dtb, UInt64(Int.max), UInt64(Int.max)),
        // Content that is a file.
        slot(.kernel, 0, 8), slot(.initrd, 0, 8),
        // A digest has 32 bytes, and is of generated content that has slots.
        slot(.dtb, 0, 31, .digest(of: .dtb)), slot(.dtb, 0, 33, .digest(of: .dtb)),
        slot(.purgatory, 0, 8, .digest(of: .dtb)), slot(.dtb, 0, 32, .digest(of: .kernel)),
        slot(.dtb, 0, 32, .digest(of: .pageTables)), slot(.dtb, 4970, 32, .digest(of: .dtb)),
    ])
    func slotsOutsideOfContentAreRefused(slot: RuntimeSlot) throws {
        var sample = try EmitterSample()
        let emitted = try sample.emit()
        sample.plan.runtimeSlots = [slot]
        if slot.fill == .digest(of: .dtb), slot.segment != .dtb {
            sample.plan.runtimeSlots.append(Self.slot(.dtb, 0, 8))
        }
        #expect(throws: EmitterError.slotWithoutContent(slot)) {
            try Emitter.fillRuntimeSlots(of: sample.plan, in: emitted) { [UInt8](repeating: 1, count: $0) }
        }
    }

    @Test func slotsOfASegmentThatIsNotThereAreRefused() throws {
        let sample = try EmitterSample()
        let slot = try #require(sample.plan.runtimeSlots.first)
        let emitted = try sample.emit().filter { $0.role != .dtb }
        #expect(throws: EmitterError.slotWithoutContent(slot)) {
            try Emitter.fillRuntimeSlots(of: sample.plan, in: emitted) { [UInt8](repeating: 1, count: $0) }
        }
    }

    @Test(arguments: [0, 7, 9, 128])
    func asManyRandomBytesAsAreAskedFor(count: Int) throws {
        let sample = try EmitterSample()
        let slot = try #require(sample.plan.runtimeSlots.first)
        #expect(slot.length == 8)
        #expect(throws: EmitterError.slotWithoutContent(slot)) {
            try Emitter.fillRuntimeSlots(of: sample.plan, in: try sample.emit()) { _ in
                [UInt8](repeating: 1, count: count)
            }
        }
    }
}
