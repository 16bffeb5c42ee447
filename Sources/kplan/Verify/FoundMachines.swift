import BootInputs
import KexecPlan

/// The captures of a plan for several machines, as far as they are there. Bytes need the first alone; those that are
/// there have to bear the plan out.
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
        var missing = 0
        let usable = plan.machine.memory.usable
        let names = Dictionary(grouping: plan.machines, by: \.name).mapValues(\.count)
        for (number, input) in plan.machines.enumerated() {
            let capture: InputFile
            if number == 0 {
                // What is wrong with it is said where the other inputs are.
                guard let first = found[.machine] else { continue }
                capture = first
            } else {
                // Of two captures of one name one is elsewhere.
                guard let there = try? places.file(input, .mapping),
                    there.input.hasContent(of: input) || names[input.name] == 1
                else {
                    missing += 1
                    continue
                }
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
                if !usable.subtracting(own.usable).isEmpty {
                    findings.memory.append("\(capture.path): has not all free that the plan takes for free")
                }
            } catch {
                findings.memory.append(error.text)
            }
        }
        let all = plan.machines.count
        let isAll = shared.count == all
        if isAll, findings.memory.isEmpty, shared.memory != plan.machine.memory {
            findings.memory.append("the \(all) captures say another memory than the plan")
        }
        captures = Check(
            "machines",
            !findings.captures.isEmpty
                ? .no(findings.captures)
                : missing == 0
                    ? .ok("\(all - 1) more \(all == 2 ? "capture" : "captures"): as recorded")
                    : .note("\(missing) of \(all - 1) more not found; no byte is made of them"))
        memory = Check(
            InputRole.memoryMap.rawValue,
            !findings.memory.isEmpty
                ? .no(findings.memory)
                : isAll
                    ? .ok("\(all) captures: they say the plan's memory")
                    : .failed(
                        "the plan's memory is that of \(all) captures, of which \(shared.count) are at hand"))
    }

    private static func memory(of capture: InputFile, dtb: InputFile?) throws(Failure) -> MemoryMap {
        var files: [InputRole: InputFile] = [.machine: capture]
        files[.dtb] = dtb
        guard let machine = try MachineInputs(files) else { preconditionFailure("there is a capture") }
        return try machine.memory(for: DeviceTreeMemory(of: machine.deviceTree()))
    }
}
