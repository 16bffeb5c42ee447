import Arm64
import KexecPlan
import TestSupport
import Testing

@testable import PlanJSON
@testable import kplan

/// A plan with one thing changed, at every place: the difference says what it is.
@Suite("Every change of a plan is named")
struct PlanDiffTests {
    /// A plan that `make` made, with everything added that it lacks.
    private static let plan = Result { () throws -> Plan in
        var plan = try MakeWorkshop("2g-el1-crash").make(["--purgatory", "purgatory.o", "--mem-max", "4G"])
        plan.deviceTree.edits.append(
            DeviceTreeEdit(node: "/chosen", property: "linux,elfcorehdr", change: .delete))
        plan.deviceTree.removedReservations = [
            try range(0x4800_0000, 0x4847_f000), try range(0x4900_0000, 0x4900_1000),
        ]
        plan.deviceTree.uefi = [
            UEFIPointer(property: "linux,uefi-system-table", value: 0xbf5f_0018),
            UEFIPointer(property: "linux,uefi-mmap-start", value: 0xbc43_1018),
        ]
        plan.machine.deviceTree = DeviceTreeIdentity(
            compatible: ["vendor,board", "vendor,chip"], sha256: digest(0x99))
        plan.request.reusedCommandLine = "console=ttyAMA0"
        return plan
    }

    @Test func everyField() throws {
        let plan = try Self.plan.get()
        var count = 0
        for field in plan.json.leaves(path: "") {
            guard Self.changeable(field) else { continue }
            let changed = field.value.others.lazy.compactMap { value -> Plan? in
                let document = plan.json.replacing(field.path, with: value)
                guard case .kexecLoad(let other)? = try? PlanJSON.decode(JSONWriter.lines(document)),
                    other != plan
                else {
                    return nil
                }
                return other
            }
            guard let other = changed.first else {
                Issue.record("\(field.path) can't be changed")
                continue
            }
            expectNamed(plan, other, field.path)
            expectNamed(other, plan, field.path)
            count += 1
        }
        #expect(count > 400)
    }

    /// Elements removed, repeated and in another order.
    @Test func everyList() throws {
        let plan = try Self.plan.get()
        var count = 0
        for (path, elements) in plan.json.lists(path: "") where !elements.isEmpty {
            var lists = [
                Array(elements.dropFirst()), Array(elements.dropLast()), elements + elements.prefix(1),
            ]
            if elements.count > 1 {
                lists.append(elements.dropFirst(2) + [elements[1], elements[0]])
                lists.append(elements.reversed())
            }
            for list in lists {
                let document = plan.json.replacing(path, with: .array(list))
                guard case .kexecLoad(let other) = try PlanJSON.decode(JSONWriter.lines(document)) else {
                    continue
                }
                expectNamed(plan, other, path)
                expectNamed(other, plan, path)
                count += 1
            }
        }
        #expect(count > 50)
    }

    @Test func everyOptional() throws {
        let plan = try Self.plan.get()
        var other = plan
        other.request.commandLine = nil
        expectNamed(plan, other, "request.command_line")
        other = plan
        other.request.console = nil
        expectNamed(plan, other, "request.console")
        other = plan
        other.request.memoryWindow = nil
        expectNamed(plan, other, "request.memory_window")
        other = plan
        other.pageTables?.registers = nil
        expectNamed(plan, other, "page_tables.registers")
        other = plan
        other.pageTables = nil
        expectNamed(plan, other, "page_tables")
        other = plan
        other.mmuOff = .noTableBase
        expectNamed(plan, other, "mmu_off")
    }

    /// What has no words of its own is named by its path all the same.
    @Test func lastResort() throws {
        let plan = try Self.plan.get()
        var other = plan
        other.entry = .zero
        #expect(PlanJSON.differingPaths(.kexecLoad(plan), .kexecLoad(other)) == ["entry"])
        other.segments.removeLast()
        #expect(PlanJSON.differingPaths(.kexecLoad(plan), .kexecLoad(other)) == ["entry", "segments"])
        #expect(PlanJSON.differingPaths(.kexecLoad(plan), .kexecLoad(plan)).isEmpty)
        // Swift takes both for the same text, and the plans have two identities.
        var (composed, decomposed) = (plan, plan)
        composed.inputs[0].name = "gr\u{fc}n"
        decomposed.inputs[0].name = "gru\u{308}n"
        #expect(composed.id != decomposed.id)
        #expect(
            PlanDiff(.kexecLoad(composed), .kexecLoad(decomposed)).comparison.differences == [
                .other(path: "inputs[0].name")
            ])
    }

    @Test func equalPlans() throws {
        let plan = try Self.plan.get()
        #expect(PlanDiff(.kexecLoad(plan), .kexecLoad(plan)).comparison.differences.isEmpty)
    }

    /// Expects a difference that is about what is at `path`, as cause or consequence as that is.
    private func expectNamed(
        _ old: Plan, _ new: Plan, _ path: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let text = DiffText(style: Style(width: 1000, color: false, ascii: false))
        let differences = PlanDiff(.kexecLoad(old), .kexecLoad(new)).comparison.differences
        let subjects = Set(differences.map(\.field.rawValue))
        let due = Self.subjects(path, old).union(Self.subjects(path, new))
        #expect(
            !subjects.isEmpty && subjects.isSubset(of: due), "\(path): \(subjects), due is \(due)",
            sourceLocation: sourceLocation)
        let isCause = ["request", "inputs", "machine", "kernel", "device_tree.uefi"].contains {
            path.hasPrefix($0)
        }
        for difference in differences {
            #expect(difference.isCause == isCause, "\(path): \(difference)", sourceLocation: sourceLocation)
            let texts = text.texts(difference)
            #expect(
                !texts.isEmpty && !texts.contains(""), "\(path): \(difference)",
                sourceLocation: sourceLocation)
            if case .other = difference {
                Issue.record("\(path) has no words of its own", sourceLocation: sourceLocation)
            }
        }
        let texts = differences.map { [$0.field.rawValue] + text.texts($0) }
        let back = PlanDiff(.kexecLoad(new), .kexecLoad(old)).comparison.differences
            .map { [$0.field.rawValue] + text.texts($0) }
        #expect(
            texts != back || path.isReordering(old, new), "\(path) reads the same both ways: \(texts)",
            sourceLocation: sourceLocation)
    }

    /// Not fields that have one value; nor an edit that deletes, which has no value for another change to take.
    private static func changeable(_ field: (path: String, value: JSONValue)) -> Bool {
        !["format_version", "architecture", "method", "type"].contains(field.path)
            && field.value != .string("delete")
    }

    /// What a difference at a path may be about.
    private static func subjects(_ path: String, _ plan: Plan) -> Set<String> {
        func role(_ roles: [String]) -> Set<String> {
            let index = path.split(separator: "[").dropFirst().first?.split(separator: "]").first
                .flatMap { Int($0) }
            guard let index else { return Set(roles + ["inputs", "segments"]) }
            return index < roles.count ? [roles[index], "inputs", "segments"] : []
        }
        let names: [(String, Set<String>)] = [
            ("request.command_line", ["command line"]), ("request.reused_command_line", ["command line"]),
            ("request.console", ["console"]),
            ("request.granule", ["granule"]), ("request.allow_mmu_off", ["MMU"]),
            ("request.seeds", ["seeds"]), ("request.memory_window", ["window"]),
            ("inputs", role(plan.inputs.map(\.role.rawValue))), ("machine.page_size", ["page size"]),
            ("machine.device_tree", ["machine"]), ("machine.memory", ["memory"]),
            ("machine.reserved", ["memory"]), ("kernel", ["kernel"]),
            ("entry", ["entry"]), ("segments", role(plan.segments.map(\.role.rawValue))),
            ("device_tree.uefi", ["UEFI"]), ("device_tree", ["dtb"]), ("page_tables", ["page-tables"]),
            ("mmu_off", ["page-tables"]),
            ("purgatory", ["purgatory"]), ("runtime_slots", ["filled later"]),
        ]
        return names.first { path.hasPrefix($0.0) }?.1 ?? []
    }
}

extension String {
    /// Whether a list at this path has only another order: that reads the same both ways.
    fileprivate func isReordering(_ old: Plan, _ new: Plan) -> Bool {
        func sorted(_ plan: Plan) -> [[UInt8]]? {
            plan.json.lists(path: "").first { $0.path == self }?.elements
                .map { JSONWriter.canonical($0) }.sorted { $0.lexicographicallyPrecedes($1) }
        }
        return sorted(old) != nil && sorted(old) == sorted(new)
    }
}

extension JSONValue {
    /// Every value that holds no others, with its path.
    fileprivate func leaves(path: String) -> [(path: String, value: JSONValue)] {
        switch self {
        case .object(let members, _):
            members.flatMap { $0.value.leaves(path: path.isEmpty ? $0.key : "\(path).\($0.key)") }
        case .array(let elements):
            elements.enumerated().flatMap { $1.leaves(path: "\(path)[\($0)]") }
        case .null: []
        case .boolean, .integer, .number, .string: [(path, self)]
        }
    }

    /// Every list, with its path.
    fileprivate func lists(path: String) -> [(path: String, elements: [JSONValue])] {
        switch self {
        case .object(let members, _):
            members.flatMap { $0.value.lists(path: path.isEmpty ? $0.key : "\(path).\($0.key)") }
        case .array(let elements):
            [(path, elements)] + elements.enumerated().flatMap { $1.lists(path: "\(path)[\($0)]") }
        case .null, .boolean, .integer, .number, .string: []
        }
    }

    /// The document with another value at a path.
    fileprivate func replacing(_ path: String, with new: JSONValue, here: String = "") -> JSONValue {
        if path == here { return new }
        guard path.hasPrefix(here) else { return self }
        switch self {
        case .object(let members, let layout):
            return .object(
                members.map {
                    let place = here.isEmpty ? $0.key : "\(here).\($0.key)"
                    return Member(key: $0.key, value: $0.value.replacing(path, with: new, here: place))
                }, layout)
        case .array(let elements):
            return .array(
                elements.enumerated().map { $1.replacing(path, with: new, here: "\(here)[\($0)]") })
        case .null, .boolean, .integer, .number, .string: return self
        }
    }

    /// Other values of the same kind, of which one may stand here.
    fileprivate var others: [JSONValue] {
        switch self {
        case .boolean(let value): [.boolean(!value)]
        case .integer(let number): [.integer(number + 1), .integer(number - 1)]
        case .string(let text): (Self.changes(text) + Self.words).filter { $0 != text }.map { .string($0) }
        case .null, .number, .array, .object: []
        }
    }

    private static func changes(_ text: String) -> [String] {
        if let number = UInt64(planHex: text) { return [(number &+ 0x1000).hex, (number &+ 0x10).hex] }
        if SHA256Digest(hex: text) != nil { return [text.dropLast() + (text.hasSuffix("0") ? "1" : "0")] }
        return []
    }

    private static let words: [String] =
        Granule.allCases.map(\.rawValue) + SeedPolicy.allCases.map(\.rawValue)
        + InputRole.allCases.map(\.rawValue) + SegmentRole.allCases.map(\.rawValue)
        + KernelImage.PageSize.allCases.map(\.rawValue) + KernelImage.Placement.allCases.map(\.rawValue)
        + Access.allCases.map(\.rawValue) + MemoryType.allCases.map(\.rawValue)
        + PurgatoryContract.allCases.map(\.rawValue) + RelocationType.allCases.map(\.name)
        + [
            "raw,0x1000", "text", "number", "zeros", "delete", "random", "report", "segments-digest",
            "own-digest", "region-table", "given", "other",
        ]
}
