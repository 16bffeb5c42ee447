import ArgumentParser
import Files
import KexecPlan
import PlanJSON

extension MakeCommand {
    /// Fails where something is given with --check that the plan says, or that it would ignore.
    func validateCheck() throws {
        let others: KeyValuePairs = [
            "--method": method != .kexecLoad, "--type": type != .normal, "--command-line": commandLine != nil,
            "--reuse-cmdline": reuseCmdline, "--console": console != nil, "--granule": granule != nil,
            "--allow-mmu-off": allowMmuOff, "--page-size": pageSize != nil, "--mem-min": memMin != nil,
            "--mem-max": memMax != nil, "--seeds": seeds != nil, "--files": files != nil,
            "--no-cma": noCma, "--force-dtb": forceDtb, "--output": output != nil,
        ]
        if let other = others.first(where: { $0.value }) {
            throw ValidationError(
                "\(other.key) can't be given with --check: what is made is what the plan records as asked for."
            )
        }
    }

    /// Makes the plan again from what it records, and says whether it is what one would get.
    /// - Throws: `ExitCode` where it is another.
    func check(_ path: String) throws {
        let document = try PlanDocument(reading: path)
        let file = try PlanFile(document)
        let given: [(role: InputRole, path: String?)] = [
            (.kernel, givenKernel), (.initrd, initrd), (.dtb, dtb), (.memoryMap, memoryMap),
            (.machine, machine.first), (.purgatory, purgatory),
        ]
        let machines = file.plan.inputs.count { $0.role == .machine }
        if machine.count > 1 || (machines > 1 && machine.contains { !Folder.isFolder($0) }) {
            throw Failure(
                "--machine: with --check it is one file or, of a plan for several machines, the folder that has them",
                status: .usage)
        }
        if file.bundle != nil {
            let options = given.filter { $0.path != nil }.map { "--\($0.role.rawValue)" }
            if let option = options.first ?? inputs.map({ _ in "--inputs" }) {
                throw Failure(Messages.text(option, besideBundle: file.path), status: .usage)
            }
        }
        for (role, path) in given where path != nil {
            guard !file.plan.inputs.contains(where: { $0.role == role }) else { continue }
            throw Failure(
                "--\(role.rawValue): \(Messages.printable(file.path)) has no such input", status: .usage)
        }
        let places = InputPlaces(in: inputs ?? file.folder, bundle: file.bundle) { role in
            given.first { $0.role == role }?.path
        }
        let remake = try Remake(of: file, places)
        for change in remake.changes { printError("kplan: note: \(change)") }
        let new = PlanFile(plan: try remake.plan(), path: "made again")
        let isSame = PlanJSON.encode(new.plan) == document.bytes
        if isSame {
            return try printResult(
                "\(Messages.printable(path)): made again from its inputs, it is the same, to the byte")
        }
        let diff = PlanDiff(file.plan, new.plan)
        if diff.isSame {
            try printResult(
                "\(Messages.printable(path)): made again it is the same plan, but not the bytes that make writes"
            )
        } else {
            let style = Style(
                width: Terminal.width ?? 1000, color: Terminal.isColored, ascii: !Terminal.isUTF8)
            try printResult(DiffReport(old: file, new: new, diff: diff).text(style))
        }
        throw ExitCode(ExitStatus.no.rawValue)
    }
}
