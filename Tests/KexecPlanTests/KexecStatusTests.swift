import Arm64
import Foundation
import KexecPlan
import PlanJSON
import TestSupport
import Testing

@Suite struct KexecStatusTests {
    private static let report = PurgatoryReport(
        level: .el2E2H, mmu: .on, usesCryptoExtension: true, segments: 5, bytes: 28_271_266,
        ticks: 9_687_500, frequency: 62_500_000, kernelEntry: PhysicalAddress(0x7900_0000))
    private static let property: [UInt8] =
        [0, 0, 0, 1, 0, 0, 1, 3, 0, 0, 0, 5, 0x03, 0xb9, 0xac, 0xa0, 0, 0, 0, 0, 0, 0x93, 0xd1, 0xcc]
        + [0, 0, 0, 0, 0x01, 0xaf, 0x62, 0xa2, 0, 0, 0, 0, 0x79, 0, 0, 0]

    private func report(_ code: UInt64?) throws -> KexecStatus.Report {
        try .init(property: Self.property, kernelCode: code.map { PhysicalAddress($0) })
    }

    @Test("A report is of the kernel that it started")
    func reports() throws {
        for code in [nil, 0x7900_0000, 0x7901_0000, 0x7920_0000] as [UInt64?] {
            #expect(try report(code) == .written(Self.report))
        }
        for code in [0x78ff_0000, 0x7920_0001, 0x4021_0000, .max] as [UInt64] {
            #expect(
                try report(code)
                    == .ofEarlierKernel(
                        at: PhysicalAddress(0x7900_0000), running: PhysicalAddress(code)))
        }
        #expect(try KexecStatus.Report(property: nil, kernelCode: nil) == .absent)
        #expect(
            try KexecStatus.Report(property: [UInt8](repeating: 0, count: 40), kernelCode: nil) == .notWritten
        )
        #expect(throws: PurgatoryReportError.size(3)) {
            try KexecStatus.Report(property: [1, 2, 3], kernelCode: nil)
        }
    }

    @Test func document() throws {
        let status = KexecStatus(
            isFromKexec: true, report: .written(Self.report), loaded: .known(false), crashLoaded: .noKexec)
        #expect(
            String(decoding: StatusDocument.encode(status), as: UTF8.self) == """
                {
                  "format_version": "1.0",
                  "booted_from_kexec": true,
                  "report": "written",
                  "purgatory": {
                    "level": "el2-e2h",
                    "mmu": "on",
                    "sha256_by": "crypto-extension",
                    "segments": 5,
                    "bytes": "0x1af62a2",
                    "ticks": "0x93d1cc",
                    "frequency": "0x3b9aca0",
                    "milliseconds": 155,
                    "kernel": "0x79000000"
                  },
                  "kernel_loaded": false,
                  "kernel_origin": null,
                  "crash_kernel_loaded": null,
                  "crash_kernel_origin": null,
                  "crash_memory": null
                }

                """)
    }

    @Test(
        .enabled(
            if: SchemaValidator.isAvailable, "needs python3 with jsonschema (Debian: python3-jsonschema)"))
    func schema() throws {
        #expect(try SchemaValidator.isSchema(Golden.statusSchema))
        var documents: [[UInt8]] = []
        func add(_ report: KexecStatus.Report) {
            let status = KexecStatus(
                isFromKexec: nil, report: report, loaded: .known(true),
                crashLoaded: .unreadable(path: "/a", errno: 13))
            documents.append(StatusDocument.encode(status).filter { $0 != UInt8(ascii: "\n") })
        }
        for level in [PurgatoryReport.Level.el1, .el2, .el2E2H] {
            for mmu in [
                PurgatoryReport.MMU.on, .offWithoutTables, .offForGranule, .offForAddressBits,
            ] {
                var report = Self.report
                (report.level, report.mmu, report.usesCryptoExtension) = (level, mmu, mmu == .on)
                add(.written(report))
            }
        }
        var report = Self.report
        (report.ticks, report.frequency, report.bytes, report.segments) = (.max, .max, .max, .max)
        add(.written(report))
        report.frequency = 0
        add(.written(report))
        report.frequency = 1
        add(.written(report))
        add(.absent)
        add(.notWritten)
        add(.ofEarlierKernel(at: PhysicalAddress(0x7900_0000), running: PhysicalAddress(0x4021_0000)))
        let plans = LoadMethod.allCases.flatMap { method in
            KexecType.allCases.map { LoadedPlan(id: .zero, path: "/\u{1b}", method: method, type: $0) }
        }
        let origins: [LoadOrigin] = [
            .unrecorded, .unreadable(path: "/", reason: ""), .interrupted(plans, mayBeOther: true),
            .interrupted([], mayBeOther: false),
        ]
        for origin in origins + plans.map(LoadOrigin.plan) {
            let status = KexecStatus(
                isFromKexec: nil, report: .absent, loaded: .known(true), crashLoaded: .known(true),
                origin: origin, crashOrigin: origin, crashMemory: .max)
            documents.append(StatusDocument.encode(status).filter { $0 != UInt8(ascii: "\n") })
        }
        let verdicts = try SchemaValidator.verdicts(documents, schema: Golden.statusSchema)
        #expect(verdicts == [Bool](repeating: true, count: documents.count))
        let wrong = documents.map { document in
            Array(
                String(decoding: document, as: UTF8.self).replacing(#""purgatory":"#, with: #""purgatory_":"#)
                    .utf8)
        }
        #expect(
            try SchemaValidator.verdicts(wrong, schema: Golden.statusSchema)
                == [Bool](repeating: false, count: wrong.count))
    }
}
