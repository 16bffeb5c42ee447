import Arm64
import KexecPlan

extension LinkedPurgatory {
    /// What is written at purgatory's symbols for this plan, by rising address.
    func patches(for plan: Plan) throws(PlannerError) -> [SymbolPatch] {
        var patches: [SymbolPatch] = []
        for (name, value) in plan.purgatorySymbolValues {
            patches.append(try patch(name, value))
        }
        patches.sort { $0.address < $1.address }
        for (patch, next) in zip(patches, patches.dropFirst())
        where next.address.rawValue - patch.address.rawValue < patch.value.size {
            throw .symbolsOverlap(patch.name, next.name)
        }
        return patches
    }
}
