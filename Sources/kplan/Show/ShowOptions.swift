import KexecPlan

/// How a plan is drawn.
struct ShowOptions: Equatable, Sendable {
    /// The width to draw for, in columns; less than 40 is taken as 40.
    var width: Int
    /// Whether to use the terminal's colours.
    var color: Bool
    /// Whether to keep to ASCII.
    var ascii: Bool
    /// Whether to list every relocation of purgatory.
    var relocations: Bool
}

/// A plan for people: what is loaded, a picture of memory, page tables, device tree, purgatory.
///
/// - Parameter id: the plan's identity.
func render(_ plan: Plan, id: String, options: ShowOptions) -> String {
    let drawing = PlanDrawing(plan: plan, id: id, options: options)
    let sections = [
        drawing.summary, drawing.inputs, drawing.memory, drawing.segments, drawing.pageTables,
        drawing.deviceTree, drawing.purgatory, drawing.runtimeSlots,
    ]
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
}

/// A plan for kexec_file_load for people: what the kernel gets, and what it decides itself.
///
/// - Parameter id: the plan's identity.
func render(_ plan: FileLoadPlan, id: String, options: ShowOptions) -> String {
    let drawing = FileLoadDrawing(plan: plan, id: id, options: options)
    let sections = [drawing.summary, drawing.inputs, drawing.leftToKernel, drawing.betweenKernels]
    return sections.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
}
