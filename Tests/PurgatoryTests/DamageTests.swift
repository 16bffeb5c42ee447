import Emulation
import Emulator
import KexecPlan
import TestSupport
import Testing

/// Whatever byte is wrong, the kernel is not reached, and the console says what is.
@Suite struct DamageTests {
    @Test(arguments: [SegmentRole.kernel, .initrd, .dtb], EmulatedMachine.ExceptionLevel.allCases)
    func aFlippedByteIsNamed(role: SegmentRole, level: EmulatedMachine.ExceptionLevel) throws {
        let planned = try PlannedMachine()
        let segment = try planned.segment(role)
        var random = SplitMix64(seed: 3)
        let anywhere = UInt64.random(in: 0..<segment.contentSize, using: &random)
        for offset in [0, anywhere, segment.contentSize - 1] {
            let outcome = try run(planned, flipping: offset, of: role, level)
            #expect(outcome.reason == .halted(try planned.address("purgatory_halt")))
            let console = outcome.console
            #expect(console.contains("purgatory: \(role.rawValue) \(segment.address): SHA-256 mismatch\r\n"))
            #expect(console.contains("purgatory:   planned   \(segment.sha256.hex)\r\n"))
            #expect(console.hasSuffix("purgatory: stopped, the kernel was not started\r\n"))
            #expect(!console.contains("starting the kernel"))
            #expect(!outcome.translation.isMMUOn)
        }
    }

    @Test(arguments: [SegmentRole.kernel, .initrd, .dtb])
    func bytesAfterTheContentMustBeZero(role: SegmentRole) throws {
        let planned = try PlannedMachine()
        let segment = try planned.segment(role)
        for offset in [segment.contentSize, segment.memorySize - 1] {
            let outcome = try run(planned, flipping: offset, of: role, .el1)
            #expect(outcome.reason == .halted(try planned.address("purgatory_halt")))
            let address = (segment.address.rawValue + offset).hex
            #expect(
                outcome.console.contains(
                    "purgatory: \(role.rawValue) \(segment.address): byte at \(address) is not zero\r\n"))
        }
    }

    /// The MMU walks the tables before they are verified: either they are named, or what they fail to map.
    @Test func aFlippedByteInThePageTables() throws {
        let planned = try PlannedMachine()
        let halts = [try planned.address("purgatory_halt"), try planned.address("purgatory_exception_halt")]
        let content = try #require(planned.contents[.pageTables])
        let used = content.indices.filter { content[$0] != 0 }
        for offset in Swift.stride(from: 0, to: used.count, by: 97).map({ UInt64(used[$0]) }) {
            let outcome = try run(planned, flipping: offset, of: .pageTables, .el1)
            guard case .halted(let address) = outcome.reason else {
                // A walk into nowhere ends in an endless fault or outside of memory: not at the kernel either.
                #expect(outcome.reason != .reached(try planned.segment(.kernel).address.rawValue))
                continue
            }
            #expect(halts.contains(address))
            #expect(outcome.console.contains("purgatory: "))
        }
    }

    /// Damage to purgatory itself is found by its own digest wherever it can still run far enough.
    @Test func aFlippedByteInPurgatoryItself() throws {
        let planned = try PlannedMachine()
        let kernel = try planned.segment(.kernel).address.rawValue
        let content = try #require(planned.contents[.purgatory])
        let mismatch = "purgatory: purgatory \(try planned.segment(.purgatory).address): SHA-256 mismatch"
        var named = 0
        // A stride through all of it; code that decides whether the digest is right is part of it, so a flip
        // there may end anywhere but must not start a kernel.
        for offset in Swift.stride(from: 0, to: content.count, by: 211) {
            let outcome = try run(planned, flipping: UInt64(offset), of: .purgatory, .el1)
            #expect(outcome.reason != .reached(kernel), "offset \(offset)")
            if outcome.console.contains(mismatch) { named += 1 }
        }
        #expect(named > 40)
    }

    @Test(arguments: EmulatedMachine.ExceptionLevel.allCases)
    func aHoleInTheMappingIsReported(level: EmulatedMachine.ExceptionLevel) throws {
        var planned = try PlannedMachine()
        // Clear the descriptor that maps the initrd's first page.
        let initrd = try planned.segment(.initrd)
        var tables = try #require(planned.contents[.pageTables])
        for offset in Swift.stride(from: 0, to: tables.count, by: 8) {
            let descriptor = tables[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
            if descriptor & 3 == 3, descriptor & 0xffff_ffff_f000 == initrd.address.rawValue {
                tables.replaceSubrange(offset..<offset + 8, with: [UInt8](repeating: 0, count: 8))
            }
        }
        #expect(tables != planned.contents[.pageTables])
        planned.contents[.pageTables] = tables
        let outcome = try planned.run(planned.machine(level))
        #expect(outcome.reason == .halted(try planned.address("purgatory_exception_halt")))
        #expect(outcome.console.contains("purgatory: exception in sync, ESR 0x"))
        #expect(outcome.console.contains("FAR \(initrd.address)\r\n"))
    }

    private func run(
        _ planned: PlannedMachine, flipping offset: UInt64, of role: SegmentRole,
        _ level: EmulatedMachine.ExceptionLevel
    ) throws -> Outcome {
        var machine = planned.machine(level)
        let content = try #require(planned.contents[role])
        let byte = offset < content.count ? content[Int(offset)] : 0
        machine.patch([byte ^ 1], at: try planned.segment(role).address.rawValue + offset)
        machine.observations = []
        // A sound run takes about a million; damaged code may never end.
        return try planned.run(machine, limit: RunLimit(instructions: 1 << 24))
    }
}
