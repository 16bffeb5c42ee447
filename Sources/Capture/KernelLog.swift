import Arm64
import Files
import KexecPlan

/// What the kernel's log says.
struct KernelLog {
    private let messages: [String]

    init(_ messages: [String]) {
        self.messages = messages
    }

    /// Whether it begins where the kernel did: a log is a ring, and the first messages are lost first.
    var isComplete: Bool {
        messages.contains { $0.hasPrefix("Booting Linux on physical CPU") || $0.hasPrefix("Linux version ") }
    }

    /// Whether a message has this text.
    func contains(_ text: String) -> Bool { messages.contains { $0.contains(text) } }

    /// true where a message has one of the first texts, false where one has one of the others.
    func decides(yes: [String], no: [String]) -> Bool? {
        if yes.contains(where: contains) { return true }
        return no.contains(where: contains) ? false : nil
    }

    /// The level that CPUs started at (arch/arm64/kernel/smp.c, hyp_mode_check); nil where that isn't said.
    var exceptionLevel: Int? {
        if contains("CPU: All CPU(s) started at EL2") { return 2 }
        return contains("CPU: All CPU(s) started at EL1") ? 1 : nil
    }

    /// Whether the kernel runs at EL2 with E2H; nil where the log doesn't reach back far enough to tell.
    var usesE2H: Bool? {
        if contains("CPU features: detected: Virtualization Host Extensions") { return true }
        return isComplete && exceptionLevel != nil ? false : nil
    }

    /// Whether an ITS was found.
    var hasITS: Bool { messages.contains { $0.hasPrefix("ITS [mem ") || $0.hasPrefix("ITS@0x") } }

    /// The interrupt controller's tables, by rising address (drivers/irqchip/irq-gic-v3-its.c).
    var interruptTables: [Interrupts.Table] {
        let tables = messages.flatMap { message -> [Interrupts.Table] in
            [Self.lpiTable(message), Self.itsTable(message)].compactMap(\.self)
        }
        var seen: [Interrupts.Table] = []
        for table in tables where !seen.contains(table) { seen.append(table) }
        return seen.sorted { ($0.range.start, $0.range.end) < ($1.range.start, $1.range.end) }
    }

    /// `GICv3: using LPI property table @0x421a0000` (`GIC: ` before 4.20) and
    /// `GICv3: CPU0: using allocated LPI pending table @0x421b0000`. They have 64 KiB: LPI_PROPBASE_SZ and
    /// LPI_PENDBASE_SZ are whole 64 KiB for at most 2¹⁶ interrupts (ITS_MAX_LPI_NRBITS), a byte and a bit each.
    private static func lpiTable(_ message: String) -> Interrupts.Table? {
        let kinds: [(String, Interrupts.Kind)] = [
            (" LPI property table @", .lpiProperty), (" LPI pending table @", .lpiPending),
        ]
        for (marker, kind) in kinds {
            guard message.hasPrefix("GIC"), let address = number(in: message, after: marker),
                let range = AddressRange(start: PhysicalAddress(address), size: 64 << 10)
            else { continue }
            return Interrupts.Table(kind: kind, range: range)
        }
        return nil
    }

    /// `ITS@0x08080000: allocated 8192 Devices @42180000 (indirect, esz 8, psz 64K, shr 1)`: that many entries, of 8
    /// bytes where they are indirect (GITS_LVL1_ENTRY_SIZE), else of `esz`; in whole pages.
    private static func itsTable(_ message: String) -> Interrupts.Table? {
        guard message.hasPrefix("ITS@"), let count = number(in: message, after: ": allocated ", radix: 10),
            let address = number(in: message, after: " @"),
            let entry = message.contains("(indirect") ? 8 : number(in: message, after: ", esz ", radix: 10),
            let page = number(in: message, after: ", psz ", radix: 10), 4...64 ~= page
        else { return nil }
        let (size, overflow) = count.multipliedReportingOverflow(by: entry)
        guard !overflow, let whole = size.alignedUp(to: page << 10),
            let range = AddressRange(start: PhysicalAddress(address), size: whole)
        else { return nil }
        return Interrupts.Table(kind: .its, range: range)
    }

    private static func number(in message: String, after marker: String, radix: Int = 16) -> UInt64? {
        let text = message.utf8
        let marker = Array(marker.utf8)
        var rest = text[...]
        while !rest.isEmpty, !rest.starts(with: marker) { rest = rest.dropFirst() }
        guard !rest.isEmpty else { return nil }
        let digits = rest.dropFirst(marker.count).prefix { $0 > UInt8(ascii: " ") && $0 != UInt8(ascii: ",") }
        let number = String(decoding: digits, as: UTF8.self)
        if radix == 16 { return UInt64(hexDigits: number) }
        return UInt64(number.prefix { ("0"..."9").contains($0) })
    }
}
