// Rules: what there must be, and that content is what was given.

extension Plan {
    /// Each segment that the plan needs is there, and none twice.
    func segmentsNeeded() -> [Violation.Problem] {
        var needed: Set<SegmentRole> = [.kernel, .dtb, .purgatory]
        if input(.initrd) != nil { needed.insert(.initrd) }
        if pageTables != nil { needed.insert(.pageTables) }
        return SegmentRole.allCases.compactMap { role in
            switch segments.count(where: { $0.role == role }) {
            case 0: needed.contains(role) ? .segmentMissing(role) : nil
            case 1: role == .pageTables && pageTables == nil ? .segmentUnneeded(role) : nil
            case let count: .segmentRepeated(role, count: count)
            }
        }
    }

    /// Each input that the plan needs is there, and none twice but machines.
    func inputsNeeded() -> [Violation.Problem] {
        // A capture has the memory map, and a device tree where no other is given.
        let isCaptured = input(.machine) != nil
        var needed: Set<InputRole> =
            isCaptured ? [.kernel, .purgatory] : [.kernel, .dtb, .memoryMap, .purgatory]
        // Whose tree is taken when the plan is applied, was captured before.
        if deviceTree.isLive { needed = [.kernel, .machine, .purgatory] }
        if segment(.initrd) != nil { needed.insert(.initrd) }
        return InputRole.allCases.compactMap { role in
            switch inputs.count(where: { $0.role == role }) {
            case 0: needed.contains(role) ? .inputMissing(role) : nil
            case 1 where role == .memoryMap && isCaptured || role == .dtb && deviceTree.isLive:
                .inputUnneeded(role, beside: .machine)
            case 1: nil
            case _ where role == .machine: nil
            case let count: .inputRepeated(role, count: count)
            }
        }
    }

    /// Several machines are sorted by the digests of their captures, each once, so that the order in which they were given
    /// is nowhere in the plan; so are their device trees.
    func machineOrder() -> [Violation.Problem] {
        let machines = machines
        let captures = zip(machines, machines.dropFirst())
            .filter { !($0.sha256.bytes.lexicographicallyPrecedes($1.sha256.bytes)) }
            .map { Violation.Problem.machineOrder($1.name, after: $0.name) }
        let others = machine.otherTrees
        let isSorted = zip(others, others.dropFirst())
            .allSatisfy { $0.sha256.bytes.lexicographicallyPrecedes($1.sha256.bytes) }
        let known =
            machine.deviceTree.map { one in !others.contains { $0.sha256 == one.sha256 } } ?? others.isEmpty
        return captures + (isSorted && known ? [] : [.otherTrees])
    }

    /// The kernel and the initrd are loaded as they are: size and digest are those of the files.
    func contentOfInputs() -> [Violation.Problem] {
        let whole: [(SegmentRole, InputRole)] = [(.kernel, .kernel), (.initrd, .initrd)]
        return whole.flatMap { role, inputRole -> [Violation.Problem] in
            guard let segment = segment(role), let input = input(inputRole) else { return [] }
            var problems: [Violation.Problem] = []
            if segment.contentSize != input.size {
                problems.append(.contentSize(role, found: segment.contentSize, due: input.size))
            }
            if segment.sha256 != input.sha256 {
                problems.append(.contentDigest(role, found: segment.sha256, due: input.sha256))
            }
            return problems
        }
    }
}

extension [Input] {
    /// Names are names of files without a folder, so that the same files give the same plan anywhere.
    func namesWithFolder() -> [Violation.Problem] {
        filter { !$0.hasFileName }.map { .inputName($0.role, $0.name) }
    }

    /// No two inputs have one name, by which emit and apply look for them.
    func namesRepeated() -> [Violation.Problem] {
        sharedNames.map { .inputNameRepeated($0.name, $0.first, $0.second) }
    }

    /// The names that two inputs have. Bytes are compared, as file systems do. Captures of several machines may share one: their
    /// digests tell them apart.
    public var sharedNames: [(name: String, first: InputRole, second: InputRole)] {
        var roles: [[UInt8]: InputRole] = [:]
        return compactMap { input in
            guard let other = roles.updateValue(input.role, forKey: [UInt8](input.name.utf8)),
                other != .machine || input.role != .machine
            else { return nil }
            return (input.name, other, input.role)
        }
    }
}
