import BootInputs
import Emitter
import Files
import KexecPlan

/// The inputs of a plan, as far as they are there and are those that the plan records.
struct FoundInputs {
    let file: PlanFile<Plan>
    /// Those that are, by role.
    private(set) var files: [InputRole: InputFile] = [:]
    /// A check for each input but the memory map, and one for all captures but the first.
    private(set) var checks: [Check] = []
    /// The check of the memory map.
    let memory: Check

    /// Looks for all of them.
    init(of file: PlanFile<Plan>, _ options: InputOptions, memoryMap: String?) {
        self.file = file
        let places = options.places(of: file, memoryMap: memoryMap)
        for input in file.plan.neededInputs {
            do throws(Failure) {
                let found = try places.file(input, .mapping)
                try Reproduction.check(found, against: input, of: file)
                files[input.role] = found
                checks.append(
                    Check(input.role.rawValue, .ok("\(found.path): as recorded, SHA-256 \(input.sha256.hex)"))
                )
            } catch {
                checks.append(Check(input.role.rawValue, error))
            }
        }
        guard file.plan.machines.count > 1, memoryMap == nil else {
            memory = Self.memory(file, places, given: memoryMap, found: files)
            return
        }
        // A file that --machine says is the first of them; a folder has all.
        let captures = options.machine.flatMap { Folder.isFolder($0) ? $0 : nil }
        let others = InputPlaces(in: captures ?? options.inputs ?? file.folder, bundle: file.bundle)
        let machines = FoundMachines(of: file, others, found: files)
        checks.append(machines.captures)
        memory = machines.memory
    }

    /// The memory is in the plan, so no bytes need its file; that the plan says what it does, is told by it alone.
    private static func memory(
        _ file: PlanFile<Plan>, _ places: InputPlaces, given: String?, found: [InputRole: InputFile]
    ) -> Check {
        let name = InputRole.memoryMap.rawValue
        if file.plan.input(.machine) != nil {
            guard given == nil else {
                return Check(
                    name, .failed("--memory-map: the plan has its memory from a capture (--machine)"))
            }
            guard found[.machine] != nil else {
                return Check(name, .skipped("comparing needs the machine as recorded"))
            }
            return compared(name, file, found)
        }
        guard let input = file.plan.input(.memoryMap) else {
            return Check(name, .skipped("the plan records none"))
        }
        do throws(Failure) {
            let map = try places.file(input, .mapping)
            try Reproduction.check(map, against: input, of: file)
            return compared(name, file, found.merging([.memoryMap: map]) { $1 })
        } catch {
            return Check(name, error)
        }
    }

    /// Whether the files say the plan's memory.
    private static func compared(
        _ name: String, _ file: PlanFile<Plan>, _ found: [InputRole: InputFile]
    ) -> Check {
        do throws(Failure) {
            let needsTree = file.plan.input(.dtb) != nil && found[.dtb] == nil
            guard !needsTree, let machine = try MachineInputs(found) else {
                let path = (found[.machine] ?? found[.memoryMap])?.path ?? ""
                return Check(name, .skipped("\(path): as recorded; comparing needs the dtb"))
            }
            let path = machine.memoryPath
            let tree = path == machine.treePath ? "" : " with \(machine.treePath)"
            guard
                try machine.memory(for: DeviceTreeMemory(of: machine.deviceTree()))
                    == file.plan.machine.memory
            else {
                return Check(name, .no(["\(path):\(tree) says another memory than the plan"]))
            }
            if let planned = file.plan.machine.deviceTree, try machine.identity() != planned {
                return Check(
                    name, .no(["\(machine.treePath): is of another board than machine.device_tree says"]))
            }
            return Check(
                name,
                .ok("\(path): as recorded; \(tree.isEmpty ? "" : "with the dtb ")it says the plan's memory"))
        } catch {
            return Check(name, error)
        }
    }

    /// The segments, made again from plan and inputs, against the plan's digests. The content of those that are generated.
    func segments(rulesHold: Bool) -> (checks: [Check], bytes: [SegmentRole: [UInt8]]) {
        let name = "segments"
        guard rulesHold else {
            return ([Check(name, .skipped("a plan that breaks rules is not emitted"))], [:])
        }
        // The device tree is an input of its own, or the capture's.
        var needed: [InputRole] = [.kernel, .purgatory]
        needed.insert(file.plan.input(.dtb) == nil ? .machine : .dtb, at: 1)
        // kexec-tools' one digest is over all bytes.
        if file.plan.purgatory.contract == .kexecTools, file.plan.input(.initrd) != nil {
            needed.append(.initrd)
        }
        let missing = needed.filter { files[$0] == nil }.map(\.rawValue)
        guard missing.isEmpty else {
            let list = missing.joined(separator: ", ")
            return ([Check(name, .skipped("making them needs \(list) as recorded"))], [:])
        }
        do throws(Failure) {
            let segments = try Reproduction.emit(file.plan, files: files, path: file.path)
            var bytes: [SegmentRole: [UInt8]] = [:]
            var findings: [String] = []
            for segment in segments {
                if case .bytes(let content) = segment.content { bytes[segment.role] = content }
                if let finding = Reproduction.difference(segment, from: file.plan) {
                    findings.append(finding)
                }
            }
            let role = SegmentRole.initrd
            let isWhole = file.plan.segment(role) == nil || files[.initrd] != nil
            let made = isWhole ? "\(segments.count)" : "\(segments.count - 1) of \(segments.count)"
            let text =
                "\(made) made again from plan and inputs: the digests of the plan\(isWhole ? "" : "; the initrd is not at hand")"
            return ([Check(name, ok: text, findings: findings)], bytes)
        } catch {
            return ([Check(name, error)], [:])
        }
    }
}
