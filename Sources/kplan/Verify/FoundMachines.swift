import BootInputs
import KexecPlan

/// The captures of a plan for several machines, as far as they are there. Bytes need the first alone, so that a plan can be
/// verified where nobody has the others; those that are there have to bear the plan out.
struct FoundMachines {
    /// Whether the captures that were found are those that the plan records.
    let captures: Check
    /// Whether the plan's memory is theirs.
    let memory: Check

    /// Reads them one after the other.
    /// - Parameters:
    ///   - places: where captures are.
    ///   - found: the inputs that bytes are made from.
    init(of file: PlanFile<Plan>, _ places: InputPlaces, found: [InputRole: InputFile]) {
        let plan = file.plan
        var shared = SharedMemory(pageSize: plan.machine.pageSize)
        var findings: (captures: [String], memory: [String]) = ([], [])
        let names = Dictionary(grouping: plan.machines, by: \.name).mapValues(\.count)
        for (number, input) in plan.machines.enumerated() {
            let capture: InputFile
            if number == 0 {
                // What is wrong with it is said where the other inputs are.
                guard let first = found[.machine] else { continue }
                capture = first
            } else {
                guard let there = try? places.file(input, .mapping) else { continue }
                // Of two captures of one name one is elsewhere.
                if there.input.sha256 != input.sha256, names[input.name] != 1 { continue }
                do throws(Failure) {
                    try Reproduction.check(there, against: input, of: file)
                } catch {
                    findings.captures.append(error.text)
                    continue
                }
                capture = there
            }
            do throws(Failure) {
                let own = try Self.memory(of: capture, dtb: found[.dtb])
                shared.add(own)
                if !plan.machine.memory.usable.subtracting(own.usable).isEmpty {
                    findings.memory.append("\(capture.path): has not all free that the plan takes for free")
                }
            } catch {
                findings.memory.append(error.text)
            }
        }
        let all = plan.machines.count
        let missing = UInt64(all - shared.count)
        let isAll = missing == 0
        if isAll, findings.memory.isEmpty, shared.memory != plan.machine.memory {
            findings.memory.append("the \(all) captures say another memory than the plan")
        }
        let absent = "\(missing.counted("capture")) of \(all) not found, which no bytes need"
        captures = Check(
            "machines",
            !findings.captures.isEmpty
                ? .no(findings.captures) : isAll ? .ok("\(all) captures: as recorded") : .note(absent))
        memory = Check(
            InputRole.memoryMap.rawValue,
            !findings.memory.isEmpty
                ? .no(findings.memory)
                : isAll
                    ? .ok("\(all) captures: they say the plan's memory")
                    : .note("\(shared.count) of \(all) captures have free what the plan takes for free"))
    }

    private static func memory(of capture: InputFile, dtb: InputFile?) throws(Failure) -> MemoryMap {
        var files: [InputRole: InputFile] = [.machine: capture]
        files[.dtb] = dtb
        guard let machine = try MachineInputs(files) else { preconditionFailure("there is a capture") }
        return try machine.memory(for: DeviceTreeMemory(of: machine.deviceTree()))
    }
}
