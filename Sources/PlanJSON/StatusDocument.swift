import Arm64
import KexecPlan

/// What `kplan status --json` prints. `schemas/status-1.schema.json` describes it.
public enum StatusDocument {
    /// The version of the form.
    public static let formatVersion = "1.0"

    /// The document.
    public static func encode(_ status: KexecStatus) -> [UInt8] {
        JSONWriter.lines(
            .block([
                "format_version": .string(formatVersion),
                "booted_from_kexec": .optional(flag: status.isFromKexec),
                "report": .string(status.report.word),
                "purgatory": status.report.json,
                "kernel_loaded": status.loaded.json,
                "kernel_origin": status.origin?.json ?? .null,
                "crash_kernel_loaded": status.crashLoaded.json,
                "crash_kernel_origin": status.crashOrigin?.json ?? .null,
                "crash_memory": status.crashMemory.map(JSONValue.hex) ?? .null,
            ]))
    }

    /// The largest number that every reader of JSON has exactly.
    fileprivate static let largestInteger: UInt64 = 1 << 53 - 1
}

extension KexecStatus.Loaded {
    fileprivate var json: JSONValue {
        if case .known(let isLoaded) = self { .boolean(isLoaded) } else { .null }
    }
}

extension LoadOrigin {
    fileprivate var json: JSONValue {
        let (word, plans, mayBeOther): (JSONValue, [LoadedPlan], Bool) =
            switch self {
            case .plan(let plan): ("plan", [plan], false)
            case .interrupted(let plans, let mayBeOther): ("interrupted", plans, mayBeOther)
            case .unrecorded: ("unrecorded", [], true)
            case .unreadable: ("unreadable", [], true)
            }
        return .block(["record": word, "plans": .list(plans), "may_be_other": .boolean(mayBeOther)])
    }
}

extension KexecStatus.Report {
    fileprivate var word: String {
        switch self {
        case .written: "written"
        case .absent: "absent"
        case .notWritten: "not-written"
        case .ofEarlierKernel: "of-earlier-kernel"
        }
    }

    fileprivate var json: JSONValue {
        guard case .written(let report) = self else { return .null }
        let milliseconds = report.milliseconds.flatMap { number -> Int64? in
            number <= StatusDocument.largestInteger ? Int64(number) : nil
        }
        return .block([
            "level": .string(report.level.word), "mmu": .string(report.mmu.word),
            "sha256_by": .string(report.usesCryptoExtension ? "crypto-extension" : "portable"),
            "segments": .integer(Int64(report.segments)), "bytes": .hex(report.bytes),
            "ticks": .hex(report.ticks), "frequency": .hex(UInt64(report.frequency)),
            "milliseconds": milliseconds.map(JSONValue.integer) ?? .null,
            "kernel": .hex(report.kernelEntry),
        ])
    }
}

extension PurgatoryReport.Level {
    fileprivate var word: String {
        switch self {
        case .el1: "el1"
        case .el2: "el2"
        case .el2E2H: "el2-e2h"
        }
    }
}

extension PurgatoryReport.MMU {
    fileprivate var word: String {
        switch self {
        case .on: "on"
        case .offWithoutTables: "off-no-tables"
        case .offForGranule: "off-granule"
        case .offForAddressBits: "off-address-bits"
        }
    }
}
