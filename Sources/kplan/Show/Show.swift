import KexecPlan
struct ShowOptions { var width: Int; var color: Bool; var ascii: Bool; var relocations: Bool }
func render(_ plan: Plan, id: String, options: ShowOptions) -> String { "" }
