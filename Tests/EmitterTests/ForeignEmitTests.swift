import Arm64
import BootInputs
import Crypto
import KexecPlan
import TestSupport
import Testing

@testable import Emitter

/// Purgatories of kexec-tools' contract: the one digest, and what a plan may not say of them.
@Suite struct ForeignEmitTests {
    /// What the sample's kernel and initrd hold: as many bytes as the plan says.
    private static func read(_ role: InputRole, _ body: (UnsafeRawBufferPointer) -> Void) {
        // In several pieces, as a reader may.
        for piece in pieces(role) { piece.withUnsafeBytes(body) }
    }

    private static func pieces(_ role: InputRole) -> [[UInt8]] {
        let size = role == .kernel ? 300_000 : 100_001
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        return [Array(bytes[..<99]), [], Array(bytes[99...])]
    }

    private func sample() throws -> EmitterSample { try EmitterSample(purgatory: try Series2017.object()) }

    /// SHA-256 of all segments but purgatory, made here again.
    private func digest(_ segments: [EmittedSegment]) -> [UInt8] {
        var hash = SHA256()
        for segment in segments where segment.role != .purgatory {
            var bytes: [UInt8] =
                switch segment.content {
                case .bytes(let bytes): bytes
                case .input(let role): Self.pieces(role).flatMap(\.self)
                }
            bytes += [UInt8](repeating: 0, count: Int(segment.memorySize) - bytes.count)
            hash.update(data: bytes)
        }
        return Array(hash.finalize())
    }

    private func digestInPurgatory(_ sample: EmitterSample, _ segments: [EmittedSegment]) throws -> [UInt8] {
        let purgatory = try segments.first(.purgatory)
        let symbol = try #require(sample.plan.purgatory.symbols.first { $0.value == .sha256Digest })
        let offset = Int(symbol.address.rawValue - purgatory.address.rawValue)
        return Array(try #require(purgatory.bytes)[offset..<offset + 32])
    }

    @Test func oneDigestOfEverything() throws {
        let sample = try sample()
        let emitted = try Emitter.emit(sample.plan, from: sample.sources, reading: Self.read)
        #expect(try digestInPurgatory(sample, emitted) == digest(emitted))
    }

    /// An edited plan may say terabytes.
    @Test func zerosWithoutEndAreNotHashed() throws {
        var sample = try sample()
        sample.change(.initrd) { $0.memorySize = 1 << 44 }
        let size = try #require(sample.plan.segment(.initrd)).contentSize
        #expect(
            throws: EmitterError.paddingTooLarge(
                .initrd, size: 1 << 44 - size, limit: Emitter.paddingLimit)
        ) {
            try Emitter.emit(sample.plan, from: sample.sources, reading: Self.read)
        }
    }

    @Test func theDigestFollowsTheSeeds() throws {
        let sample = try sample()
        let emitted = try Emitter.emit(sample.plan, from: sample.sources, reading: Self.read)
        let filled = try Emitter.fillRuntimeSlots(of: sample.plan, in: emitted, reading: Self.read) {
            [UInt8](repeating: 0xa5, count: $0)
        }
        let digest = digest(filled)
        #expect(try digestInPurgatory(sample, filled) == digest)
        #expect(try digestInPurgatory(sample, emitted) != digest)
        // Nothing else in purgatory changes.
        let slot = try #require(sample.plan.runtimeSlots.first { $0.fill == .segmentsDigest })
        var (before, after) = (
            try #require(emitted.first(.purgatory).bytes), try #require(filled.first(.purgatory).bytes)
        )
        for index in Int(slot.offset)..<Int(slot.offset + slot.length) {
            (before[index], after[index]) = (0, 0)
        }
        #expect(before == after)
        #expect(
            try filled.first(.purgatory).sha256 == SHA256Digest(hashing: filled.first(.purgatory).bytes ?? [])
        )
    }

    @Test func whatIsHashedHasToBeThere() throws {
        let sample = try sample()
        #expect(throws: EmitterError.inputNotGiven(.kernel)) {
            try Emitter.emit(sample.plan, from: sample.sources)
        }
        #expect(throws: EmitterError.wrongSize(.kernel, size: 0, planned: 300_000)) {
            try Emitter.emit(sample.plan, from: sample.sources) { _, _ in }
        }
        let emitted = try Emitter.emit(sample.plan, from: sample.sources, reading: Self.read)
        #expect(throws: EmitterError.inputNotGiven(.kernel)) {
            try Emitter.fillRuntimeSlots(of: sample.plan, in: emitted) { [UInt8](repeating: 1, count: $0) }
        }
    }

    @Test func thePlanHasTheObjectsContract() throws {
        var foreign = try sample()
        #expect(throws: EmitterError.otherContract(planned: .kexecTools, object: .kplan)) {
            try Emitter.emit(foreign.plan, from: try EmitterSample().sources, reading: Self.read)
        }
        #expect(throws: EmitterError.otherContract(planned: .kplan, object: .kexecTools)) {
            try Emitter.emit(try EmitterSample().plan, from: foreign.sources)
        }
        // Tables taken out by hand: its code turns the MMU on all the same.
        foreign.plan.mmuOff = .noTableBase
        foreign.plan.pageTables = nil
        foreign.plan.segments.removeAll { $0.role == .pageTables }
        foreign.plan.purgatory.symbols.removeAll {
            ["pgtble_base", "purgatory_base", "purgatory_len"].contains($0.name)
        }
        #expect(foreign.plan.violations() == [])
        #expect(throws: EmitterError.tableBaseThere) {
            try Emitter.emit(foreign.plan, from: foreign.sources, reading: Self.read)
        }
    }

    /// What purgatory has for its place and its size must be told, though the rules can't know that it has it.
    @Test func optionalSymbolsAreTheObjects() throws {
        var foreign = try sample()
        let symbol = try #require(foreign.plan.purgatory.symbols.first { $0.name == "purgatory_len" })
        let index = try #require(foreign.plan.purgatory.symbols.firstIndex(of: symbol))
        foreign.plan.purgatory.symbols.remove(at: index)
        #expect(foreign.plan.violations() == [])
        let next = foreign.plan.purgatory.symbols[index]
        #expect(throws: EmitterError.otherSymbol(planned: next, due: symbol)) {
            try Emitter.emit(foreign.plan, from: foreign.sources, reading: Self.read)
        }
    }
}
