import Arm64
import KexecPlan

extension PlanDifference {
    /// The difference for programs.
    var values: DifferenceValues {
        switch self {
        case .input(_, let change): .init("input", change)
        case .commandLine(let change): .init("command-line", change) { .string($0) }
        case .reusedCommandLine(let change): .init("reused-command-line", change) { .string($0) }
        case .liveTree(let change): .init("live-tree", change) { .boolean($0) }
        case .console(let change): .init("console", change) { .string($0.description) }
        case .consoleSource(let change): .init("console-source", change) { .string($0.word) }
        case .granule(let change): .init("granule", change) { .string($0.rawValue) }
        case .mmuMayStayOff(let change): .init("allow-mmu-off", change) { .boolean($0) }
        case .seeds(let change): .init("seeds", change) { .string($0.rawValue) }
        case .memoryWindow(let change): .init("memory-window", change)
        case .pageSize(let change): .init("page-size", change) { .hex($0) }
        case .machineTree(let change): .init("machine-device-tree", change)
        case .givenTree(let change): change.values
        case .uefi(let change): .init("uefi", change)
        case .ram(let change): .init("memory", change)
        case .reserved(let change): .init("reserved", change)
        case .kernelHeader(let change): .init("kernel-header", change)
        case .method(let change): .init("method", change) { .string($0.rawValue) }
        case .architecture(let change): .init("architecture", change) { .string($0.rawValue) }
        case .type(let change): .init("type", change) { .string($0.rawValue) }
        case .flag(let change): .init("flag", change) { .string($0.rawValue) }
        case .filePassing(let change): .init("files", change) { .string($0.rawValue) }
        case .fileLoadKernel(let change): .init("kernel-header", change) { $0.json }
        case .decision(let decision, let change):
            .init("decision", change, of: .string(decision.rawValue)) { .string($0.word) }
        case .verifier(let change): .init("verifier", change) { .string($0.word) }
        case .withoutCounterpart(let part): .init("without-counterpart", of: .string(part.word))
        case .entry(let change): .init("entry", change) { .hex($0) }
        case .segment(_, let change): .init("segment", change)
        case .edit(let change): .init("device-tree-edit", change)
        case .removedReservation(let change): .init("removed-reservation", change)
        case .pageTables(let change): .init("page-tables", change)
        case .tableRoot(let change): .init("page-tables-root", change) { .hex($0) }
        case .tableGranule(let change): .init("page-tables-granule", change) { .string($0.rawValue) }
        case .addressBits(let change): .init("input-address-bits", change) { .integer(Int64($0)) }
        case .totalTableCount(let change):
            .init("total-tables", change) { .integer(Int64(clamping: $0)) }
        case .tableCount(let change): .init("tables", change)
        case .registers(let change): .init("registers", change)
        case .mapping(let change): .init("mapping", change)
        case .mmuOff(let change): .init("mmu-off", change) { .string($0.rawValue) }
        case .contract(let change): .init("contract", change) { .string($0.rawValue) }
        case .section(let change): .init("section", change)
        case .relocation(let change): .init("relocation", change)
        case .symbol(let change): .init("symbol", change)
        case .runtimeSlot(let change): .init("runtime-slot", change)
        case .order(let list): .init("order", of: .string(list.word))
        case .other(let path): .init("other", of: .string(path))
        }
    }
}

extension DeviceTreeChange {
    fileprivate var values: DifferenceValues {
        let path = path.map(JSONValue.string) ?? .null
        return switch self {
        case .node(_, let change):
            .init("given-node", change, of: path) {
                .line([
                    "properties": .integer(Int64($0.properties)),
                    "nodes_below": .integer(Int64($0.nodesBelow)),
                ])
            }
        case .property(_, _, let change):
            .init("given-property", change, of: path) { Self.json($0, isSecret: isSecret) }
        case .reservation(let change):
            .init("given-reservation", change) {
                .line(["start": .hex($0.start), "size": .hex($0.size)])
            }
        case .layout: .init("given-layout")
        }
    }

    /// Bytes, where they may be shown and are not too many.
    private static func json(_ bytes: [UInt8], isSecret: Bool) -> JSONValue {
        let size = JSONValue.line(["size": .hex(UInt64(bytes.count))])
        guard !isSecret, bytes.count <= 4096 else { return size }
        let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        return size.appending(["bytes": .string(digits.joined())])
    }
}

extension Decider {
    fileprivate var word: String {
        switch self {
        case .plan: "plan"
        case .kernel: "kernel"
        }
    }
}

extension Verifier {
    fileprivate var word: String {
        switch self {
        case .ofPlan(let contract): contract.rawValue
        case .ofKernel(let purgatory): purgatory.rawValue
        }
    }
}

extension PlanPart {
    fileprivate var word: String {
        switch self {
        case .deviceTreeInput: "dtb"
        case .memoryMap: "memory-map"
        case .purgatoryInput: "purgatory"
        case .console: "console"
        case .memoryWindow: "memory-window"
        case .pageTables: "page-tables"
        }
    }
}

extension PlanList {
    fileprivate var word: String {
        switch self {
        case .inputs: "inputs"
        case .ram: "memory"
        case .reserved: "reserved"
        case .segments: "segments"
        case .edits: "edits"
        case .removedReservations: "removed-reservations"
        case .uefi: "uefi"
        case .tables: "tables"
        case .mappings: "mappings"
        case .sections: "sections"
        case .relocations: "relocations"
        case .symbols: "symbols"
        case .runtimeSlots: "runtime-slots"
        case .flags: "flags"
        }
    }
}
