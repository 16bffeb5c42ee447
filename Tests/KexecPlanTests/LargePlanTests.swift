import Arm64
import Foundation
import KexecPlan
import Testing

@testable import PlanJSON

/// Plans as large as a reader takes them: nobody's plan, but anybody's file.
@Suite struct LargePlanTests {
    /// Each list by its path, with its limit.
    private static let lists: [(path: String, limit: ListLimit)] = [
        ("inputs", .inputs), ("segments", .segments), ("machine.memory", .memoryRanges),
        ("machine.other_device_trees", .machines), ("machine.reserved", .memoryRanges),
        ("device_tree.edits", .edits),
        ("device_tree.uefi", .uefi), ("machine.device_tree.compatible", .compatible),
        ("device_tree.removed_reservations", .removedReservations), ("page_tables.tables", .tables),
        ("page_tables.mappings", .mappings), ("page_tables.mappings[0].entries", .entries),
        ("purgatory.sections", .sections), ("purgatory.relocations", .relocations),
        ("purgatory.symbols", .symbols), ("runtime_slots", .slots),
    ]

    @Test(arguments: lists.indices) func listsAreBounded(_ index: Int) throws {
        let (path, limit) = Self.lists[index]
        let document = try JSONText.parse(
            PlanJSON.encode(SamplePlan.machines), maximumDepth: PlanJSON.maximumDepth)
        func read(_ count: Int) throws -> Plan {
            try Plan(json: JSONField(path: "", value: document.resizing(path[...], to: count)))
        }
        #expect(throws: Never.self) { try read(limit.rawValue) }
        #expect(
            throws: PlanDecodingError(
                path: path, reason: .tooLong(count: limit.rawValue + 1, limit: limit.rawValue))
        ) { try read(limit.rawValue + 1) }
    }

    /// The schema has the same limits, and one for each list.
    @Test func schemaHasTheLimits() throws {
        let schema = try JSONText.parse(Array(Data(contentsOf: Golden.schema)), maximumDepth: 32)
        let due = Self.lists.map { path, limit in
            let key = path.split(separator: ".").last ?? ""
            return "\(key) \(limit.rawValue)"
        }
        // Those of a plan for kexec_file_load; what the last may have follows from the rest.
        let ofFiles = [
            "inputs \(ListLimit.files.rawValue)", "flags \(ListLimit.flags.rawValue)", "left_to_kernel 4",
        ]
        #expect(schema.lists().sorted() == (due + ofFiles).sorted())
    }

    /// Whoever made it: the largest plan is checked in a time that does not grow with the product of its lists.
    @Test func rulesTakeNoTime() {
        var plan = SamplePlan.full
        let page: UInt64 = 0x1000
        // Every other page of RAM, and half of each of these reserved, the last first.
        plan.machine.memory.ram = (0..<65536).reversed().map {
            .init(range: range($0 * 2 * page, ($0 * 2 + 1) * page), kind: "System RAM")
        }
        plan.machine.memory.reserved = (0..<65536).reversed().map {
            .init(range: range($0 * 2 * page, $0 * 2 * page + 0x800), kind: "reserved")
        }
        plan.segments += (0..<59).map { segment(.dtb, $0 * page, memory: 1 << 29, content: 0, 0) }
        plan.pageTables?.mappings = (0..<4096).map {
            mapping($0 * page, 1 << 29, .normal, .readWrite, pages: 1, for: "kernel")
        }
        plan.purgatory.sections += (0..<253).map {
            PlacedSection(
                name: "", index: 0, address: PhysicalAddress(0x5400_3000 + $0), size: 8, access: .readWrite)
        }
        plan.purgatory.relocations = (0..<65536).map {
            PlannedRelocation(
                site: PhysicalAddress(0x5400_3000 + $0), type: .abs64, symbol: "", addend: 0, value: 0)
        }
        plan.runtimeSlots += (0..<1000).map {
            RuntimeSlot(segment: .dtb, offset: $0, length: 9, fill: .random, purpose: "/chosen/a")
        }
        let clock = ContinuousClock()
        var count = 0
        let time = clock.measure { count = plan.violations().count }
        #expect(count > 65536)
        // Half a second in a debug build; the product of two of the long lists takes minutes.
        #expect(time < .seconds(5))
    }
}

extension JSONValue {
    /// The document with `count` elements in the list at `path`, copies of those that are there.
    fileprivate func resizing(_ path: Substring, to count: Int) -> JSONValue {
        switch self {
        case .object(let members, let layout):
            return .object(
                members.map { member in
                    guard path.hasPrefix(member.key) else { return member }
                    let rest = path.dropFirst(member.key.count)
                    guard rest.isEmpty || rest.hasPrefix(".") || rest.hasPrefix("[") else { return member }
                    let inner = rest.hasPrefix(".") ? rest.dropFirst() : rest
                    return Member(key: member.key, value: member.value.resizing(inner, to: count))
                }, layout)
        case .array(let elements) where path.hasPrefix("[0]."):
            guard let first = elements.first else { return self }
            return .array([first.resizing(path.dropFirst(4), to: count)] + elements.dropFirst())
        case .array(let elements) where path.isEmpty && !elements.isEmpty:
            return .array((0..<count).map { elements[$0 % elements.count] })
        default: return self
        }
    }
    /// Of a schema: the key and the `maxItems` of each list.
    fileprivate func lists(key: String = "") -> [String] {
        guard case .object(let members, _) = self else { return [] }
        var found: [String] = []
        if members.contains(where: { $0.key == "type" && $0.value == "array" }) {
            let limit = members.first { $0.key == "maxItems" }?.value
            if case .integer(let limit) = limit { found = ["\(key) \(limit)"] } else { found = [key] }
        }
        return found + members.flatMap { $0.value.lists(key: $0.key) }
    }
}
