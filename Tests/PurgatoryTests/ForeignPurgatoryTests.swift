import Arm64
import Crypto
import Emitter
import Emulation
import Emulator
import KexecPlan
import TestSupport
import Testing

/// Purgatories of kexec-tools' contract, linked and patched by kplan, on an emulated CPU.
@Suite struct ForeignPurgatoryTests {
    static let levels = EmulatedMachine.ExceptionLevel.allCases

    /// Where RAM is: kexec-tools itself mis-relocates above 4 GiB.
    static let ram: [UInt64] = [0x4000_0000, 0x8_8000_0000]

    @Suite(.enabled(if: DebianPurgatory.areThere, "\(DebianPurgatory.missing)"))
    struct Debian {
        @Test(arguments: DebianPurgatory.versions, ForeignPurgatoryTests.levels)
        func reachesTheKernel(version: String, level: EmulatedMachine.ExceptionLevel) throws {
            for ram in ForeignPurgatoryTests.ram {
                let planned = try PlannedMachine(
                    .init(ram: ram), purgatory: try DebianPurgatory.object(version))
                #expect(planned.plan.pageTables == nil && planned.plan.mmuOff == .noTableBase)
                let outcome = try planned.run(planned.machine(level))
                try expectKernel(outcome, planned)
                let kernel = try planned.segment(.kernel).address.rawValue
                let dtb = try planned.segment(.dtb).address.rawValue
                #expect(
                    outcome.console.replacing("\r", with: "") == """
                        I'm in purgatory
                        purgatory: entry=\(kernel.digits)
                        purgatory: dtb=\(dtb.digits)
                        purgatory: booting kernel now

                        """)
                #expect(outcome.translationChanges.isEmpty)
            }
        }

        /// Of content, and of the zeros after it.
        @Test(arguments: DebianPurgatory.versions, [SegmentRole.kernel, .initrd, .dtb])
        func aFlippedByteStopsIt(version: String, role: SegmentRole) throws {
            let planned = try PlannedMachine(purgatory: try DebianPurgatory.object(version))
            let segment = try planned.segment(role)
            for offset in [0, segment.contentSize / 2, segment.contentSize - 1, segment.memorySize - 1] {
                let content = try #require(planned.contents[role])
                var machine = planned.machine(.el1)
                machine.observations = []
                let byte = offset < content.count ? content[Int(offset)] : 0
                machine.patch([byte ^ 1], at: segment.address.rawValue + offset)
                let outcome = try planned.run(machine)
                guard case .halted = outcome.reason else {
                    Issue.record("\(outcome.reason) with \(role) changed at \(offset)")
                    continue
                }
                #expect(outcome.console.contains("sha256 digests do not match"))
            }
        }

        /// Seeds change the device tree, and with it the one digest.
        @Test(arguments: DebianPurgatory.versions)
        func filledRuntimeSlotsAreVerified(version: String) throws {
            var planned = try PlannedMachine(
                .init(seeds: .fresh), purgatory: try DebianPurgatory.object(version))
            #expect(planned.plan.runtimeSlots.map(\.fill) == [.random, .random, .segmentsDigest])
            var random = SplitMix64(seed: 1)
            let filled = try Emitter.fillRuntimeSlots(
                of: planned.plan, in: planned.segments, reading: planned.read
            ) { count in
                (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            }
            for segment in filled {
                if case .bytes(let bytes) = segment.content { planned.contents[segment.role] = bytes }
            }
            try expectKernel(try planned.run(planned.machine(.el1)), planned)
            // The same with the digest of the unfilled tree.
            let purgatory = planned.segments.first { $0.role == .purgatory }
            if case .bytes(let bytes)? = purgatory?.content { planned.contents[.purgatory] = bytes }
            guard case .halted = try planned.run(planned.machine(.el1)).reason else {
                Issue.record("an old digest starts the kernel")
                return
            }
        }
    }

    @Test(arguments: levels)
    func the2017SeriesRunsOnOurTables(level: EmulatedMachine.ExceptionLevel) throws {
        for ram in Self.ram {
            // Where E2H is set, its TCR has PS where T1SZ belongs: 32 bits of physical address.
            if level == .el2E2H, ram >> 32 != 0 { continue }
            let planned = try PlannedMachine(.init(ram: ram), purgatory: try Series2017.object())
            let tables = try #require(planned.plan.pageTables)
            #expect(tables.inputAddressBits == 48 && tables.tables.first?.level == .level0)
            #expect(tables.registers == nil)
            let outcome = try planned.run(planned.machine(level))
            try expectKernel(outcome, planned)
            // A letter for each segment but purgatory, written while the MMU was on.
            #expect(outcome.console == String(repeating: ".", count: planned.plan.checkedSegments.count))
            #expect(outcome.translationChanges.map(\.translation.isMMUOn) == [true, false])
            #expect(outcome.translationChanges.first?.translation.ttbr0 == tables.root.rawValue)
        }
    }

    /// What purgatory reads is what it is told of; a hole in the tables shows.
    @Test func the2017SeriesNeedsEveryMapping() throws {
        var planned = try PlannedMachine(purgatory: try Series2017.object())
        let initrd = try planned.segment(.initrd)
        var tables = try #require(planned.contents[.pageTables])
        for offset in Swift.stride(from: 0, to: tables.count, by: 8) {
            let descriptor = tables[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
            if descriptor & 3 == 3, descriptor & 0xffff_ffff_f000 == initrd.address.rawValue {
                tables.replaceSubrange(offset..<offset + 8, with: [UInt8](repeating: 0, count: 8))
            }
        }
        planned.contents[.pageTables] = tables
        var machine = planned.machine(.el1)
        machine.deliversExceptions = false
        guard case .exception(let exception) = try planned.run(machine).reason else {
            Issue.record("no exception")
            return
        }
        #expect(exception.faultAddress == initrd.address.rawValue)
    }

    /// The table of regions and the digest, made here again from the contents.
    @Test func regionsAndDigest() throws {
        let planned = try PlannedMachine(purgatory: try Series2017.object())
        let content = try #require(planned.contents[.purgatory])
        let base = try planned.segment(.purgatory).address.rawValue
        var hash = SHA256()
        var table: [UInt8] = []
        for segment in planned.plan.checkedSegments {
            let bytes = try #require(planned.contents[segment.role])
            hash.update(data: bytes)
            hash.update(data: [UInt8](repeating: 0, count: Int(segment.memorySize) - bytes.count))
            table += [segment.address.rawValue, segment.memorySize].flatMap { number in
                (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
            }
        }
        table += [UInt8](repeating: 0, count: 256 - table.count)
        let regions = Int(try planned.address("sha256_regions") - base)
        #expect(Array(content[regions..<regions + 256]) == table)
        let digest = Int(try planned.address("sha256_digest") - base)
        #expect(Array(content[digest..<digest + 32]) == Array(hash.finalize()))
        let skipped = Int(try planned.address("skip_checks") - base)
        #expect(Array(content[skipped..<skipped + 4]) == [0, 0, 0, 0])
    }
}

extension UInt64 {
    /// As kexec-tools' printf has it.
    fileprivate var digits: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
