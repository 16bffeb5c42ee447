import KexecPlan

/// A plan for kexec_file_load that is being drawn: there is no layout to draw, so it says what is left to the kernel.
struct FileLoadDrawing {
    let plan: FileLoadPlan
    let id: String
    let style: Style

    init(plan: FileLoadPlan, id: String, options: ShowOptions) {
        self.plan = plan
        self.id = id
        style = Style(width: max(options.width, 40), color: options.color, ascii: options.ascii)
    }

    /// What the plan is, and what was asked for.
    var summary: [String] {
        [style.paint("Plan", .heading) + "  " + style.printable(id)] + summaryTable.lines(style)
    }

    /// The same without the plan's identity.
    var summaryTable: TextTable {
        var table = TextTable([.left, .left])
        func add(_ name: String, _ text: String) {
            table.add(.init(name, .faint), .init(style.printable(text)))
        }
        let loaded = plan.inputs.reduce(0 as UInt64) { $0 &+ $1.size }
        let purpose =
            switch plan.type {
            case .normal: ""
            case .crash: ", to run after a panic"
            }
        let count = plan.inputs.count
        let files = "\(loaded.humanSize) in \(count) \(count == 1 ? "file" : "files")"
        add("loads", "\(files), by kexec_file_load\(purpose)")
        add("kernel", "\(plan.architecture.rawValue): \(kernelText)")
        add("command line", plan.request.commandLine.isEmpty ? "empty" : plan.request.commandLine)
        add("files", Messages.text(plan.request.files))
        for flag in plan.request.flags { add("flag", Messages.text(flag)) }
        return table
    }

    private var kernelText: String {
        switch plan.kernel {
        case .arm64(let image): image.text
        case .x86(let image): image.text
        }
    }

    /// The files that the kernel gets.
    var inputs: [String] { plan.inputs.drawn(style) }

    /// What it decides itself.
    var leftToKernel: [String] {
        [style.paint("Left to the running kernel", .heading)] + decisionTable.lines(style)
    }

    /// A row for each decision.
    var decisionTable: TextTable {
        var table = TextTable([.left, .left])
        for decision in plan.leftToKernel {
            table.add(
                .init(decision.rawValue, .faint), .init(Messages.text(decision, of: plan)))
        }
        return table
    }

    /// What runs between the two kernels.
    var betweenKernels: [String] {
        [style.paint("Between the two kernels", .heading)] + betweenTable.lines(style)
    }

    /// The same in a table.
    var betweenTable: TextTable {
        var table = TextTable([.left, .left])
        table.add(.init("purgatory", .faint), .init(Messages.text(plan.purgatory)))
        return table
    }
}
