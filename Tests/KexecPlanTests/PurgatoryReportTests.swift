import Arm64
import KexecPlan
import Testing

/// The property that purgatory leaves for the kernel.
@Suite struct PurgatoryReportTests {
    /// EL2 with E2H, MMU on, crypto extension, 5 segments; 62.5 MHz, 9687500 ticks, 28271266 bytes; the kernel at
    /// 0x8_8000_0000.
    private static let cells: [UInt32] = [
        1, 0x103, 5, 62_500_000, 0, 9_687_500, 0, 28_271_266, 8, 0x8000_0000,
    ]

    private func property(_ change: (inout [UInt32]) -> Void = { _ in }) -> [UInt8] {
        var cells = Self.cells
        change(&cells)
        return cells.flatMap { cell in withUnsafeBytes(of: cell.bigEndian) { Array($0) } }
    }

    @Test func read() throws {
        let report = try PurgatoryReport(property: property())
        #expect(
            report
                == PurgatoryReport(
                    level: .el2E2H, mmu: .on, usesCryptoExtension: true, segments: 5, bytes: 28_271_266,
                    ticks: 9_687_500, frequency: 62_500_000, kernelEntry: PhysicalAddress(0x8_8000_0000)))
        #expect(report.milliseconds == 155)
        #expect(report.bytesPerSecond == 182_395_264)
        #expect(property().count == PurgatoryReport.size)
    }

    @Test(
        arguments: [
            (0x01, PurgatoryReport.Level.el1, PurgatoryReport.MMU.on, false),
            (0x12, .el2, .offWithoutTables, false), (0x121, .el1, .offForGranule, true),
            (0x133, .el2E2H, .offForAddressBits, true),
        ] as [(UInt32, PurgatoryReport.Level, PurgatoryReport.MMU, Bool)])
    func flags(
        flags: UInt32, level: PurgatoryReport.Level, mmu: PurgatoryReport.MMU, crypto: Bool
    ) throws {
        let report = try PurgatoryReport(property: property { $0[1] = flags })
        #expect(report.level == level && report.mmu == mmu && report.usesCryptoExtension == crypto)
    }

    @Test func refused() {
        func expect(_ error: PurgatoryReportError, _ bytes: [UInt8]) {
            #expect(throws: error) { try PurgatoryReport(property: bytes) }
        }
        let good = property()
        for size in 0..<good.count { expect(.size(size), Array(good.prefix(size))) }
        expect(.size(41), good + [0])
        expect(.notWritten, [UInt8](repeating: 0, count: 40))
        expect(.unknownVersion(2), property { $0[0] = 2 } + [1, 2, 3, 4])
        expect(.unknownVersion(0), property { $0[0] = 0 })
        for flags in [0, 4, 0x41, 0x203, 0x8000_0103] as [UInt32] {
            expect(.badFlags(flags), property { $0[1] = flags })
        }
        expect(.nothingVerified, property { $0[2] = 0 })
        expect(.nothingVerified, property { $0[7] = 0 })
        expect(.nothingVerified, property { ($0[8], $0[9]) = (0, 0) })
    }

    /// Whatever the counter and firmware say.
    @Test func timesThatAreNone() throws {
        func times(ticks: UInt64, frequency: UInt32) throws -> [UInt64?] {
            let report = try PurgatoryReport(
                property: property { cells in
                    cells[3] = frequency
                    cells[4] = UInt32(truncatingIfNeeded: ticks >> 32)
                    cells[5] = UInt32(truncatingIfNeeded: ticks)
                })
            return [report.milliseconds, report.bytesPerSecond]
        }
        #expect(try times(ticks: 9_687_500, frequency: 0) == [nil, nil])
        #expect(try times(ticks: 0, frequency: 62_500_000) == [0, nil])
        #expect(try times(ticks: .max, frequency: 1) == [nil, 0])
        #expect(try times(ticks: .max, frequency: .max) == [4_294_967_297_000, 0])
        let fast = try PurgatoryReport(
            property: property { cells in
                cells[3...7] = [.max, 0, 1, .max, .max]
            })
        #expect(fast.bytesPerSecond == nil)
    }
}
