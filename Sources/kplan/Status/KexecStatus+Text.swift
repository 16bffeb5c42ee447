import Arm64
import KexecPlan

extension KexecStatus {
    /// The status for people.
    /// - Parameter hidesTree: whether there is a device tree that this process may not read.
    func lines(_ style: Style, hidesTree: Bool = false) -> [String] {
        var table = TextTable([.left, .left])
        func add(_ name: String, _ text: String) { table.add(.init(name, .faint), .init(text)) }
        add("started by", hidesTree ? "not known: this process may not read the device tree" : starter)
        if case .written(let report) = report {
            add(
                "verified",
                "\(report.bytes.counted("byte")) in \(UInt64(report.segments).counted("segment")), \(report.time)"
            )
            add("at", "\(report.level.text), \(report.mmu.text), SHA-256 by \(report.sha256)")
            add("kernel", "at \(report.kernelEntry)")
        }
        add("next kernel", origin?.text ?? loaded.text)
        add("crash kernel", (crashOrigin?.text ?? crashLoaded.text) + crashMemoryText)
        return table.lines(style)
    }

    private var crashMemoryText: String {
        switch crashMemory {
        case nil: ""
        case 0?: "; no memory is reserved for one"
        case let size?: "; \(size.humanSize) are reserved for it"
        }
    }

    private var starter: String {
        switch report {
        case .written: "kplan's purgatory, after it had verified everything"
        case .absent:
            switch isFromKexec {
            case true?: "a kexec, not by kplan's purgatory: the device tree has no report"
            case false?: "a boot loader, or a kexec that left no trace in the device tree"
            case nil: "not known: this kernel shows no device tree"
            }
        case .notWritten: "a purgatory that wrote no report: the device tree has room for one, all zeros"
        case .ofEarlierKernel(let earlier, let running):
            """
            not by the purgatory whose report the device tree has: that one started a kernel at \(earlier), and this \
            one has its code at \(running)
            """
        }
    }
}

extension LoadOrigin {
    fileprivate var text: String {
        switch self {
        case .plan(let plan): "\(plan.text), by \(plan.method.rawValue), as kplan's record has it"
        case .interrupted(let plans, let mayBeOther):
            "loaded by a kplan apply that was interrupted, or before it: "
                + (plans.map(\.text) + (mayBeOther ? ["something that isn't kplan's"] : []))
                .joined(separator: ", or ")
        case .unrecorded: "loaded by someone else: kplan has no record of it"
        case .unreadable(let path, let reason):
            "loaded; from what is not known: \(Messages.printable(path)): \(reason)"
        }
    }
}

extension LoadedPlan {
    /// `plan 24ed7bc9767a7f92 (/boot/plan.json)`.
    var text: String { "plan \(id.hex.prefix(16)) (\(Messages.printable(path)))" }
}

extension KexecStatus.Loaded {
    fileprivate var text: String {
        switch self {
        case .known(true): "loaded"
        case .known(false): "none loaded"
        case .noKexec: "not known: this kernel has no kexec"
        case .unreadable(let path, let errno):
            "not known: \(Messages.printable(path)): \(Messages.text(errno: errno))"
        case .malformed(let path, let found):
            "not known: \(Messages.printable(path)): is malformed: \(Messages.quoted(found)), due is 0 or 1"
        }
    }
}

extension PurgatoryReport {
    /// `in 155 ms (9687500 ticks of 62.5 MHz), 173.9 MiB a second`.
    fileprivate var time: String {
        guard let milliseconds else {
            return "in \(ticks.counted("tick")) of a counter whose frequency isn't known"
        }
        let speed = bytesPerSecond.map { ", \($0.humanSize) a second" } ?? ""
        return "in \(milliseconds) ms (\(ticks.counted("tick")) of \(megahertz) MHz)" + speed
    }

    /// The frequency as purgatory's console line has it.
    private var megahertz: String {
        let (whole, rest) = frequency.quotientAndRemainder(dividingBy: 1_000_000)
        guard rest > 0 else { return "\(whole)" }
        var digits = String(String(1_000_000 + rest).dropFirst())
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(whole).\(digits)"
    }

    fileprivate var sha256: String { usesCryptoExtension ? "crypto extension" : "portable code" }
}

extension PurgatoryReport.Level {
    fileprivate var text: String {
        switch self {
        case .el1: "EL1"
        case .el2: "EL2"
        case .el2E2H: "EL2 with E2H"
        }
    }
}

extension PurgatoryReport.MMU {
    fileprivate var text: String {
        switch self {
        case .on: "MMU and caches on"
        case .offWithoutTables: "MMU off (no page tables)"
        case .offForGranule: "MMU off (the CPU lacks the tables' granule)"
        case .offForAddressBits: "MMU off (the CPU has too few address bits for the tables)"
        }
    }
}
