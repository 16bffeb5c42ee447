import Arm64
import KexecPlan

extension PageTableProof.Subject {
    /// What in the regime's TCR_ELx is not as the tables need it, field by field. What is read from the CPU (IPS, PS)
    /// is 0 here.
    func addRegisterProblems(_ regime: TranslationRegime, to problems: inout ProblemList) {
        // What purgatory sets by itself is not the plan's.
        guard tables.registers != nil else { return }
        let value = tcr(regime)
        if WalkGeometry(tcr: value, regime) == nil { problems.append(.noWalk(tcr: value)) }
        let due = dueFields(regime)
        let fields = TranslationControlField.all(regime)
        for field in fields {
            let found = field.value(in: value)
            let wanted = due[field.name] ?? 0
            if found != wanted { problems.append(.controlField(name: field.name, found: found, due: wanted)) }
        }
        let rest = value & ~fields.reduce(0) { $0 | $1.mask }
        if rest != 0 { problems.append(.controlField(name: "RES0", found: rest, due: 0)) }
    }

    /// The values of the fields that are not 0.
    private func dueFields(_ regime: TranslationRegime) -> [String: UInt64] {
        // Walks are cacheable as the tables' own mapping is: Inner Shareable, Write-Back, Read- and Write-Allocate.
        let size = UInt64(64 - (dueAddressBits ?? 48))
        var due: [String: UInt64] = [
            "T0SZ": size, "IRGN0": 0b01, "ORGN0": 0b01, "SH0": 0b11,
            "TG0": tables.granule == .granule4K ? 0b00 : tables.granule == .granule64K ? 0b01 : 0b10,
        ]
        if regime == .el2 {
            due["RES1"] = 1
        } else {
            // TTBR1 belongs to the old kernel. Its size and granule hold values that are not reserved all the same.
            due["EPD1"] = 1
            due["T1SZ"] = size
            due["TG1"] = tables.granule == .granule16K ? 0b01 : tables.granule == .granule4K ? 0b10 : 0b11
        }
        return due
    }
}
