import Arm64
import KexecPlan

extension PlanDrawing {
    /// What the plan is, and what was asked for.
    var summary: [String] {
        [style.paint("Plan", .heading) + "  " + style.printable(id)] + summaryTable.lines(style)
    }

    /// The same without the plan's identity.
    var summaryTable: TextTable {
        let loaded = plan.segments.reduce(0 as UInt64) { $0 &+ $1.memorySize }
        var table = TextTable([.left, .left])
        func add(_ name: String, _ text: String) {
            table.add(.init(name, .faint), .init(style.printable(text)))
        }
        add(
            "loads",
            "\(loaded.humanSize) in \(plan.segments.count) segments, by \(Plan.method.rawValue)")
        add("enters", "\(plan.entry)\(place(of: plan.entry).map { ", \($0)" } ?? "")")
        add("kernel", plan.kernel.text)
        let machines = plan.machines.count
        add(
            machines > 1 ? "machines" : "machine",
            (machines > 1 ? "\(machines), with " : "")
                + "\(plan.machine.memory.systemRAM.size.humanSize) of RAM\(machines > 1 ? " in common" : ""); "
                + "segments in pages of \(plan.machine.pageSize.humanSize)"
        )
        let request = plan.request
        add("command line", request.commandLine.map { $0.isEmpty ? "empty" : $0 } ?? "that of the dtb")
        add("console", request.console.map(text) ?? "none: purgatory is silent")
        switch request.seeds {
        case .fresh: add("seeds", "fresh: drawn on the machine, when the plan is applied")
        case .none: add("seeds", "none")
        }
        if let window = request.memoryWindow { add("window", text(window)) }
        return table
    }

    /// The files that the plan was made from.
    var inputs: [String] { plan.inputs.drawn(style) }

    /// What is at an address: a section of purgatory, or else a segment.
    func place(of address: PhysicalAddress) -> String? {
        let segment = plan.segments.first { $0.range?.contains(address) ?? false }?.role
        let section = plan.purgatory.sections.first {
            AddressRange(start: $0.address, size: $0.size)?.contains(address) ?? false
        }
        guard let section, segment == .purgatory || segment == nil else { return segment?.rawValue }
        return "purgatory \(style.printable(section.name))"
    }

    /// Where purgatory prints, and how it does. That of kexec-tools knows no kinds of UARTs.
    private func text(_ console: Console) -> String {
        plan.purgatory.contract == .kexecTools || console.kind == .raw
            ? "\(console): purgatory stores bytes, and waits for nothing" : "\(console)"
    }

    /// First and last address.
    func text(_ range: AddressRange) -> String { "\(range.start)\(style.to)\(range.last)" }
}
