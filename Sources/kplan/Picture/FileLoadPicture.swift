import KexecPlan

/// What becomes of a plan for kexec_file_load: the files, what the running kernel makes of them, what comes between, the
/// next kernel. Where all that goes is the kernel's decision, so that there is no memory to draw.
struct FileLoadPicture {
    let plan: FileLoadPlan

    var width: Int { 9600 }
    var height: Int { top + boxHeight + 400 }
    private let top = 200
    private let boxWidth = 2100
    private let step = 2430

    private var boxHeight: Int { 400 + 180 * (boxes.map(\.lines.count).max() ?? 0) }

    private var boxes: [(title: String, style: String, lines: [String])] {
        let files = plan.inputs.map { "\($0.role.rawValue) \($0.size.humanSize)" } + ["command line"]
        let purgatory =
            switch plan.purgatory {
            case .nothing: ["none:", "nothing is verified"]
            case .kernel: ["the kernel's own:", "one SHA-256 over all"]
            }
        let next = plan.type == .crash ? ["after a panic"] : ["after the jump"]
        return [
            ("the plan says", "table", files + plan.request.flags.map(\.rawValue)),
            ("the kernel decides", "hole", plan.leftToKernel.map(\.rawValue)),
            ("purgatory", plan.purgatory == .nothing ? "hole" : "table", purgatory),
            ("the next kernel", "table", [plan.architecture.rawValue] + next),
        ]
    }

    var description: String {
        boxes.map { "\($0.title): \($0.lines.joined(separator: ", "))" }.joined(separator: "; ")
    }

    var shapes: [Markup] {
        boxes.enumerated().flatMap { index, box -> [Markup] in
            let x = 100 + index * step
            let middle = top + boxHeight / 2
            var shapes = [
                Shape.rectangle(x, top, boxWidth, boxHeight, "\(box.style) swatch"),
                Shape.text(x + 120, top + 220, box.title, "strong"),
            ]
            for (line, text) in box.lines.enumerated() {
                shapes.append(
                    Shape.text(x + 120, top + 430 + line * 180, Shape.shortened(text, columns: 25)))
            }
            if index > 0 {
                shapes += [
                    Shape.line(x - step + boxWidth, middle, x - 60, middle, "edge"),
                    Shape.polygon([(x - 110, middle - 60), (x, middle), (x - 110, middle + 60)], "arrow"),
                ]
            }
            return shapes
        }
    }
}
