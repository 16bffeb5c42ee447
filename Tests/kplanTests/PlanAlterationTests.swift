import BootInputs
import KexecPlan
import TestSupport
import Testing

@testable import PlanJSON
@testable import kplan

/// A real plan with one thing changed, at every place: decoding refuses it, or a rule does, or its inputs, or its bytes made
/// again, or it is another plan to `diff`. Nothing passes for the plan that it was.
@Suite("Every single change of a plan is found")
struct PlanAlterationTests {
    /// Where a change was found.
    private enum Finder: String {
        case decoding
        case rules
        case inputs
        case bytes
        /// By nothing that looks at one plan, but as another plan than the one it was.
        case diff
    }

    /// What nothing else in the plan and its inputs has to bear out: what was asked for, what inputs are called, texts that say
    /// what something is for, and orders that change no byte. `diff` shows it, `make --check` finds it, and the plan's identity
    /// is another.
    private static let onlyAnotherPlan: Set<String> = [
        "inputs", "inputs[].name", "request.allow_mmu_off", "request.command_line", "request.console_source",
        "request.memory_window", "device_tree.edits", "page_tables.mappings[].for", "runtime_slots",
        "runtime_slots[].for",
    ]

    @Test func kexecLoad() throws {
        let workshop = try MakeWorkshop("2g-el1")
        let plan = try workshop.make(["--purgatory", "purgatory.o"])
        let file = PlanFile(plan: plan, path: workshop.folder / "plan.json")
        let places = try InputOptions.parse([]).places(of: file)
        var files: [InputRole: InputFile] = [:]
        for input in plan.inputs { files[input.role] = try places.file(input, .mapping) }
        let machine = try #require(try MachineInputs(files))
        let memory = try machine.memory(for: DeviceTreeMemory(of: machine.deviceTree()))
        let identity = try machine.identity()

        var found: [Finder: Set<String>] = [:]
        for change in AnyPlan.kexecLoad(plan).json.alterations() {
            guard let altered = try? AnyPlan(json: JSONField(path: "", value: change.document)) else {
                found[.decoding, default: []].insert(change.place)
                continue
            }
            guard case .kexecLoad(let other) = altered else {
                Issue.record("\(change.place): is a plan of another kind")
                continue
            }
            #expect(other != plan, "\(change.place): \(change.what) makes the same plan")
            let finder: Finder
            if !altered.violations().isEmpty {
                finder = .rules
            } else if other.inputs.contains(where: { files[$0.role]?.input.hasContent(of: $0) != true })
                || other.machine.memory != memory || other.machine.deviceTree != identity
            {
                finder = .inputs
            } else if !Self.comesToItsBytes(other, files) {
                finder = .bytes
            } else {
                finder = .diff
                #expect(
                    !PlanDiff(.kexecLoad(plan), altered).isSame,
                    "\(change.place): \(change.what) is shown by nothing")
            }
            found[finder, default: []].insert(change.place)
        }
        #expect(found[.diff, default: []] == Self.onlyAnotherPlan)
        for finder in [Finder.decoding, .rules, .inputs, .bytes] {
            #expect(found[finder]?.isEmpty == false, "\(finder.rawValue) finds nothing")
        }
    }

    @Test(arguments: [Architecture.arm64, .x86])
    func kexecFileLoad(_ architecture: Architecture) throws {
        let workshop = try CommandWorkshop()
        let name = architecture == .x86 ? "debian-6.1-cloud-amd64" : "debian-6.1-cloud-arm64"
        try KernelFile.write(name, to: workshop.folder / "Image")
        let result = try TestSupport.Kplan.run(
            [
                "make", "--method", "kexec_file_load", "--kernel", "Image", "--command-line", "quiet", "-o",
                "plan.json",
            ],
            in: workshop.folder)
        try #require(result.status == 0, "\(result)")
        let plan = try PlanJSON.decode(workshop.folder.read("plan.json"))
        let kernel = try InputFile.mapping(workshop.folder / "Image", as: .kernel)
        var shown: Set<String> = []
        for change in plan.json.alterations() {
            guard let altered = try? AnyPlan(json: JSONField(path: "", value: change.document)),
                altered.violations().isEmpty, case .kexecFileLoad(let other) = altered,
                other.inputs.allSatisfy({ kernel.input.hasContent(of: $0) }),
                (try? kernel.checkHeader(PlanFile(plan: other, path: "plan.json"))) != nil
            else { continue }
            #expect(!PlanDiff(plan, altered).isSame, "\(change.place): \(change.what) is shown by nothing")
            shown.insert(change.place)
        }
        #expect(
            shown == ["inputs[].name", "request.command_line", "request.files"], "only another plan: \(shown)"
        )
    }

    private static func comesToItsBytes(_ plan: Plan, _ files: [InputRole: InputFile]) -> Bool {
        guard let segments = try? Reproduction.emit(plan, files: files, path: "plan.json") else {
            return false
        }
        return segments.allSatisfy { Reproduction.difference($0, from: plan) == nil }
    }
}

/// A document with one thing changed.
private struct Alteration {
    /// Where, without the numbers of elements.
    var place: String
    var what: String
    var document: JSONValue
}

extension JSONValue {
    /// All documents that differ from this one in one leaf that says something else, one key that is removed, or one element
    /// that is removed, there twice, or in the place of the next. What has another type is left to `PlanMutationTests`.
    fileprivate func alterations() -> [Alteration] {
        var words: [String: Set<String>] = [:]
        collectWords(key: "", into: &words)
        return alterations(place: "", key: "", words)
    }

    private func alterations(place: String, key: String, _ words: [String: Set<String>]) -> [Alteration] {
        switch self {
        case .object(let members, let layout):
            return members.indices.flatMap { index -> [Alteration] in
                let member = members[index]
                let place = place.isEmpty ? member.key : "\(place).\(member.key)"
                var removed = members
                removed.remove(at: index)
                let changes = member.value.alterations(place: place, key: member.key, words).map { change in
                    var changed = members
                    changed[index].value = change.document
                    return Alteration(
                        place: change.place, what: change.what, document: .object(changed, layout))
                }
                return changes
                    + [Alteration(place: place, what: "without it", document: .object(removed, layout))]
            }
        case .array(let elements):
            return elements.indices.flatMap { index -> [Alteration] in
                var others: [(String, [JSONValue])] = []
                var changed = elements
                changed.remove(at: index)
                others.append(("\(index) removed", changed))
                changed = elements
                changed.insert(elements[index], at: index)
                others.append(("\(index) twice", changed))
                if index + 1 < elements.count, elements[index] != elements[index + 1] {
                    changed = elements
                    changed.swapAt(index, index + 1)
                    others.append(("\(index) and the next swapped", changed))
                }
                let inside = elements[index].alterations(place: "\(place)[]", key: key, words).map { change in
                    var changed = elements
                    changed[index] = change.document
                    return Alteration(
                        place: change.place, what: "\(index): \(change.what)", document: .array(changed))
                }
                return inside + others.map { Alteration(place: place, what: $0.0, document: .array($0.1)) }
            }
        case .null, .boolean, .integer, .number, .string:
            return otherLeaves(words[key] ?? []).map {
                Alteration(place: place, what: "\($0)", document: $0)
            }
        }
    }

    /// What may stand in the place of a leaf: near it, or what its key says elsewhere.
    private func otherLeaves(_ words: Set<String>) -> [JSONValue] {
        switch self {
        case .boolean(let value): return [.boolean(!value)]
        case .integer(let number):
            return [.integer(number + 1), .integer(max(number - 1, 0)), .null].filter { $0 != self }
        case .null:
            return ["quiet", "0x1", .line(["start": "0x0", "end": "0xffffffff0000"])]
        case .string(let text):
            var others: [JSONValue] = [.string(text + "x"), .null]
            if let number = UInt64(planHex: text) {
                others += [.hex(number &+ 1), .hex(number &+ 0x10000), .hex(0)]
            } else if let last = text.last, last.isHexDigit, text.count == 64 {
                others.append(.string(text.dropLast() + (last == "0" ? "1" : "0")))
            } else {
                others += words.sorted().prefix(8).map(JSONValue.string)
            }
            return others.filter { $0 != self }
        case .number, .array, .object: return []
        }
    }

    /// The words that each key has somewhere in the document, and those that only other documents have.
    private func collectWords(key: String, into words: inout [String: Set<String>]) {
        switch self {
        case .object(let members, _):
            for member in members { member.value.collectWords(key: member.key, into: &words) }
        case .array(let elements):
            for element in elements { element.collectWords(key: key, into: &words) }
        case .string(let text) where UInt64(planHex: text) == nil && text.count < 64:
            let others = [
                "granule": ["4K", "16K", "64K"], "page_size": ["4K", "16K", "64K", "unspecified"],
                "placement": ["anywhere", "near-start-of-ram"], "seeds": ["fresh", "none"],
                "files": ["sealed", "original"], "type": ["normal", "crash"],
                "console": ["raw,0x9000000", "pl011,0x9001000"],
                "console_source": ["given", "unasked", "stdout-path"],
                "architecture": ["arm64", "x86_64"], "contract": ["kplan", "kexec-tools"],
                "format_version": ["2.0"],
            ]
            words[key, default: []].formUnion([text] + (others[key] ?? []))
        case .null, .boolean, .integer, .number, .string: break
        }
    }
}
