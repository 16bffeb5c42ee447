import Arm64
import Emulation
import KexecPlan

/// A report for people.
struct SimulationText {
    let report: SimulationReport
    let path: String
    let folder: String?
    let withTrace: Bool
    private let names: AddressNames
    private let style = Style(
        width: Terminal.width ?? 100, color: Terminal.isColored, ascii: !Terminal.isUTF8)

    init(_ report: SimulationReport, path: String, folder: String?, withTrace: Bool) {
        self.report = report
        self.path = path
        self.folder = folder
        self.withTrace = withTrace
        names = AddressNames(subject: report.subject)
    }

    /// A line of purgatory's console, as it may stand on a terminal.
    static func console(_ line: [UInt8]) -> String {
        let text = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isNewline).joined()
        return Style(width: 0, color: false, ascii: false).printable(text)
    }

    /// All of it, without the end of the last line.
    var text: String {
        var parts = [head]
        if let rules = report.brokenRules { parts.append(lines("", [rules])) }
        if !report.subject.differences.isEmpty {
            parts.append(
                lines(
                    "Differs from the plan",
                    report.subject.differences.map { Messages.text($0) }))
        }
        if report.end != .kernel { parts.append(lines("Why", reasons)) }
        if withTrace { parts.append(trace) }
        if !report.bootChecks.isEmpty {
            parts.append(checks("At the kernel's entry (booting.rst)", report.bootChecks))
        }
        parts.append(checks("Where a CPU is stricter than the emulator", report.architectureChecks))
        parts.append(lines("Not judged", report.notJudged.map { Messages.text($0) }))
        parts.append(work)
        parts.append(estimate)
        return parts.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
    }

    private var cpuName: String {
        report.cpu.rawValue + (report.hasSHA256 ? "" : " without SHA-256 instructions")
    }

    private var head: [String] {
        let what = folder.map { "\($0), of which digests are not checked, with the plan \(path)" } ?? path
        let flipped = report.corruptions.map { "one bit flipped at \(names.place($0.address))" }
        var result = [
            style.paint("Simulated", .heading)
                + "  \(style.printable(what)), on \(cpuName) at \(levelName)"
        ]
        result += flipped.map { "  \($0)" }
        let verdict = report.verdict(place: names.place)
        result.append("  " + style.paint(style.printable(verdict), report.isGood ? nil : .wrong))
        return result
    }

    private var levelName: String {
        switch report.level {
        case .el1: "EL1"
        case .el2: "EL2"
        case .el2E2H: "EL2 with E2H"
        }
    }

    /// What is known of the end, besides its headline.
    private var reasons: [String] {
        switch report.end {
        case .kernel: return []
        case .verificationFailed(_, let console):
            guard !console.isEmpty else {
                return [
                    report.subject.plan.request.console == nil
                        ? "what is wrong it didn't say: the plan has no console; make it with --console"
                        : "what is wrong it didn't say: nothing of it came to the plan's console"
                ]
            }
            return console
        case .exception(let exception):
            var lines = [
                "ESR \(UInt64(exception.syndrome).hex), ELR \(exception.pc.hex)"
                    + (exception.faultAddress.map { ", FAR \($0.hex)" } ?? "")
            ]
            if let address = exception.faultAddress { lines += about(address) }
            return lines + lastLines
        case .nothing(_, let address, _): return about(address) + lastLines
        case .loop, .instructionLimit, .timeLimit, .notEmulated:
            return ["it stopped at \(names.place(report.outcome.pc))"] + lastLines
        }
    }

    private func about(_ address: UInt64) -> [String] {
        ["\(address.hex) is \(names.name(address))"] + (names.mapping(address).map { [$0] } ?? [])
    }

    /// The last things on the console.
    private var lastLines: [String] {
        let lines = report.outcome.console.split(whereSeparator: \.isNewline).suffix(3)
        return lines.isEmpty ? [] : ["last on the console:"] + lines.map { "  \($0)" }
    }

    private func checks(_ title: String, _ checks: [SimulationCheck]) -> [String] {
        var table = TextTable([.left, .left])
        for check in checks {
            table.add(
                check.isMet ? .init("ok") : .init("NO", .wrong),
                .init(style.printable(Messages.text(check, place: names.place)), check.isMet ? nil : .wrong))
        }
        return [style.paint(title, .heading)] + table.lines(style)
    }

    private var work: [String] {
        let outcome = report.outcome
        let bytes = report.subject.hashedBytes
        var table = TextTable([.left, .right, .left])
        let perByte = bytes > 0 ? Double(outcome.instructions) / Double(bytes) : 0
        table.add(
            .init("instructions"), .init("\(outcome.instructions)"),
            .init("\(perByte.text(2)) a byte of \(bytes) that are hashed"))
        table.add(
            .init("of these uncached"), .init("\(outcome.uncachedInstructions)"), .init("with SCTLR.I 0"))
        table.add(
            .init("data accesses"), .init("\(outcome.accesses.cached)"), .init("with MMU and D-cache on"))
        table.add(.init(""), .init("\(outcome.accesses.uncached)"), .init("around the caches"))
        table.add(
            .init("cache maintenance"), .init("\(outcome.cacheOperationCount)"),
            .init("DC instructions by address"))
        table.add(.init("console"), .init("\(outcome.consoleBytes.count)"), .init("characters"))
        return [style.paint("Work", .heading)] + table.lines(style)
    }

    private var estimate: [String] {
        let estimate = report.estimate
        let model = report.model
        var table = TextTable([.left, .right, .left])
        func add(_ name: String, _ seconds: Double, _ model: String) {
            table.add(.init(name), .init("\(seconds.roughly) s"), .init(model))
        }
        add(
            "instructions", estimate.instructions,
            "\(model.cyclesPerInstruction.text(1)) cycles each at \(model.megahertz.text(0)) MHz")
        add(
            "cached accesses", estimate.cachedAccesses, "\(model.cyclesPerCachedAccess.text(1)) cycles each")
        add(
            "uncached accesses", estimate.uncachedAccesses,
            "\(model.nanosecondsPerUncachedAccess.text(0)) ns each")
        add(
            "uncached fetches", estimate.uncachedFetches,
            "the same for each \(model.instructionsPerFetch.text(0)) instructions")
        add(
            "cache maintenance", estimate.cacheOperations,
            "\(model.nanosecondsPerCacheOperation.text(0)) ns each")
        add("console", estimate.console, "\(model.baud.text(0)) baud")
        return [
            style.paint("Estimate", .heading)
                + "  \(estimate.total.roughly) s on such a machine; an estimate, nothing was measured"
        ] + table.lines(style)
    }

    private func lines(_ title: String, _ texts: [String]) -> [String] {
        (title.isEmpty ? [] : [style.paint(title, .heading)])
            + texts.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }
            .map { "  " + style.printable(String($0)) }
    }

    private var trace: [String] {
        let events = SimulationTrace.events(report.outcome, names)
        let width = events.map { "\($0.instructions)".count }.max() ?? 0
        let lines = events.map { event in
            let number = "\(event.instructions)"
            let place = event.place.map { "  " + style.paint(names.place($0), .faint) } ?? ""
            return "  " + String(repeating: " ", count: width - number.count) + number + "  "
                + style.printable(event.text) + place
        }
        return [style.paint("Trace", .heading) + "  instructions before, what, by which"] + lines
    }
}

extension Double {
    /// With two digits of which the first isn't 0, and hundredths at most: an estimate knows no more.
    var roughly: String {
        guard magnitude >= 0.995 else { return text(2) }
        guard magnitude >= 9.95 else { return text(1) }
        var unit = 1.0
        while magnitude / unit >= 99.5, unit < 1e15 { unit *= 10 }
        return ((self / unit).rounded() * unit).text(0)
    }

    /// With so many digits after the point, rounded.
    func text(_ digits: Int) -> String {
        let factor = (0..<digits).reduce(1.0) { power, _ in power * 10 }
        let scaled = (self * factor).rounded()
        guard scaled.isFinite, scaled.magnitude < 9e15 else { return "\(self)" }
        let whole = Int64(scaled)
        guard digits > 0 else { return "\(whole)" }
        let unit = Int64(factor)
        let fraction = String(whole.magnitude % unit.magnitude)
        return "\(whole / unit)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}
