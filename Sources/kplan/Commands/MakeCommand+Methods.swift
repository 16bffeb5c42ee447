import BootInputs
import Files
import KexecPlan

/// An option that the chosen method would ignore: refused, since it was given for a reason.
struct IgnoredOption {
    let name: String
    let isGiven: Bool
    let reason: String
}

extension MakeCommand {
    /// What only kexec_load takes, and why kexec_file_load would ignore it (kernel/kexec_file.c, and on arm64
    /// kernel/kexec_image.c and drivers/of/kexec.c).
    private var ignoredByFileLoad: [IgnoredOption] {
        let tree = "the next kernel gets the running kernel's device tree, with changes of the kernel's own"
        let place = "the running kernel decides where everything goes"
        let linked = "no purgatory of kplan's runs: on arm64 none at all, on x86_64 the kernel's own"
        return [
            .init(name: "--dtb", isGiven: dtb != nil, reason: tree),
            .init(name: "--memory-map", isGiven: memoryMap != nil, reason: place),
            .init(name: "--console", isGiven: console != nil, reason: linked),
            .init(name: "--granule", isGiven: granule != nil, reason: linked),
            .init(name: "--allow-mmu-off", isGiven: allowMmuOff, reason: linked),
            .init(name: "--page-size", isGiven: pageSize != nil, reason: place),
            .init(name: "--mem-min", isGiven: memMin != nil, reason: place),
            .init(name: "--mem-max", isGiven: memMax != nil, reason: place),
            .init(
                name: "--seeds", isGiven: seeds != nil,
                reason: "the running kernel draws the next kernel's seeds"),
            .init(name: "--purgatory", isGiven: purgatory != nil, reason: linked),
        ]
    }

    /// What only kexec_file_load takes.
    private var ignoredByLoad: [IgnoredOption] {
        [
            .init(
                name: "--files", isGiven: files != nil,
                reason: "it gets no files: kplan makes the segments' bytes from them"),
            .init(
                name: "--no-cma", isGiven: noCma,
                reason: "it never puts segments into contiguous memory (CMA) ahead of the jump"),
            .init(
                name: "--force-dtb", isGiven: forceDtb,
                reason: "the next kernel always gets the device tree that the plan is made with"),
        ]
    }

    /// Fails where an option is given that would change nothing.
    func checkOptions() throws(Failure) {
        let ignored =
            switch method {
            case .kexecLoad: ignoredByLoad
            case .kexecFileLoad: ignoredByFileLoad
            }
        let given = ignored.filter(\.isGiven)
        guard given.isEmpty else {
            let others = LoadMethod.allCases.filter { $0 != method }.map(\.rawValue).joined(separator: ", ")
            // No other call loads a crash kernel.
            let isOnlyMethod = method == .kexecFileLoad && type == .crash
            let other = isOnlyMethod ? "" : ", or plan with --method \(others)"
            let lines = given.map { "  \($0.name): \($0.reason)" }
            throw Failure(
                """
                \(method.rawValue) would ignore what is given; leave it out\(other):
                \(lines.joined(separator: "\n"))
                """, status: .usage)
        }
        if method == .kexecLoad, type == .crash {
            throw Failure(
                """
                --type crash: kexec_load needs an ELF core header among the segments of a crash kernel, which kplan does \
                not make yet: plan with --method kexec_file_load, where the running kernel makes it
                """, status: .usage)
        }
    }

    /// Fails where kexec_load is asked for, and the kernel is one for x86: its loader would have to make boot parameters
    /// and a purgatory for it, and kplan has these for arm64 alone.
    func checkArchitecture() throws(Failure) {
        guard !FileKind.isStream(kernel),
            let start = try? MappedFile(kernel).withUnsafeBytes({ Array($0.prefix(KernelImage.prefixSize)) }),
            KernelFileKind(prefix: start) == .bzImage
        else { return }
        throw Failure(
            """
            \(Messages.printable(kernel)): is a kernel for x86 (a bzImage), and kplan plans a kexec_load for arm64 alone: \
            plan it with --method kexec_file_load
            """, status: .usage)
    }

    /// Fails where a plan for kexec_load would lack a device tree or a memory map, or have two of the latter.
    func checkMachine() throws(Failure) {
        if !machine.isEmpty, memoryMap != nil {
            throw Failure(
                "--machine has the memory map: --memory-map can't be given beside it", status: .usage)
        }
        if dtb == Self.liveTree, machine.isEmpty {
            throw Failure(
                """
                --dtb live: takes the device tree of the machine that the plan is applied on; what these have is said by \
                --machine, what kplan capture wrote on each (./live is a file of that name)
                """, status: .usage)
        }
        let missing = [("--dtb", dtb), ("--memory-map", memoryMap)].filter { $0.1 == nil }.map(\.0)
        guard machine.isEmpty, !missing.isEmpty else { return }
        throw Failure(
            """
            a plan for kexec_load needs \(missing.joined(separator: " and ")): copies of /sys/firmware/fdt and of \
            /proc/iomem, read as root, of the machine that it is for; or --machine, what kplan capture says of it
            """, status: .usage)
    }
}
