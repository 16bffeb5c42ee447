import Arm64
import Emulation
import KexecPlan
import Proof

/// Whether the tables, walked with the registers that were in use, lead where they have to, and to memory of the type that
/// is due. The emulator has no caches and takes any type.
struct TranslationChecks {
    private let subject: SimulationSubject
    private let tables: PageTablePlan
    private let cpuBits: UInt64
    private let regime: TranslationRegime
    /// Those with the MMU on: as they were when it came on, and when it went off again. Each once.
    private let active: [Outcome.Translation]

    init(_ outcome: Outcome, of subject: SimulationSubject, _ tables: PageTablePlan, cpuBits: UInt64) {
        self.subject = subject
        self.tables = tables
        self.cpuBits = cpuBits
        let hasE2H = outcome.translation.hcr >> 34 & 1 == 1
        regime = outcome.currentEL == 2 ? (hasE2H ? .el2E2H : .el2) : .el1
        var active: [Outcome.Translation] = []
        var wasOn = outcome.translationAtEntry.isMMUOn
        for change in outcome.translationChanges {
            var registers = change.translation
            if wasOn || registers.isMMUOn {
                registers.sctlr = 1  // M; what else it has makes no difference to the tables.
                if !active.contains(registers) { active.append(registers) }
            }
            wasOn = change.translation.isMMUOn
        }
        self.active = active
    }

    var all: [SimulationCheck] {
        guard !active.isEmpty else { return [] }
        let needed = bits(tables.mappings.map(\.range.last.rawValue).max() ?? 0)
        let smallest = active.map { PhysicalAddressSize.bits(encoded: $0.tcr >> sizeShift & 7) }.min() ?? 0
        let planned = tables.root.rawValue
        let roots = active.map { $0.ttbr0 & 0x0000_ffff_ffff_fffe }  // BADDR, without CnP
        let root = roots.first { $0 != planned } ?? planned
        let control = active.lazy.compactMap(wrongControl).first
        var checks: [SimulationCheck] = [
            .init(
                .outputSize(register: smallest, cpu: cpuBits, needed: needed),
                needed <= min(smallest, cpuBits)),
            .init(.root(ttbr0: root, planned: planned), root == planned),
            .init(.control(control), control == nil),
        ]
        // From another root there are no tables to speak of, nor where there is no walk.
        guard root == planned else { return checks }
        let geometries = active.map { WalkGeometry(tcr: $0.tcr, regime) }
        var misdirection: SimulationCheck.Misdirection?
        var misattribution: SimulationCheck.Misattribution?
        var walked: [WalkGeometry: PageTableWalk] = [:]
        for (registers, geometry) in zip(active, geometries) {
            guard let geometry else { continue }
            guard let walk = walked[geometry] ?? subject.walker(geometry)?.walk() else { continue }
            walked[geometry] = walk
            let runs = walk.runs
            misdirection = misdirection ?? self.misdirection(walk, runs, geometry)
            misattribution = misattribution ?? self.misattribution(runs, mair: registers.mair)
        }
        checks.append(.init(.identity(misdirection), misdirection == nil))
        checks.append(.init(.attributes(misattribution), misattribution == nil))
        return checks
    }

    /// TCR_EL1.IPS (bits 34:32), or TCR_EL2.PS (18:16) without E2H.
    private var sizeShift: UInt64 { regime == .el2 ? 16 : 32 }

    /// The first field of TCR that is not as the tables need it, but for IPS or PS.
    private func wrongControl(_ registers: Outcome.Translation) -> SimulationCheck.ControlField? {
        let values = tables.walkRegisters
        let due =
            switch regime {
            case .el1: values.tcrEL1
            case .el2: values.tcrEL2
            case .el2E2H: values.tcrEL2E2H
            }
        var difference = (registers.tcr ^ due) & ~(7 << sizeShift)
        // The 2017 series writes PS as EL2 has it, where with E2H the fields of TTBR1 are: T1SZ to TG1. Nothing is there.
        if tables.registers == nil, regime == .el2E2H { difference &= ~0xffff_0000 }
        guard difference != 0 else { return nil }
        let field = TranslationControlField.all(regime).first { $0.mask & difference != 0 }
        return .init(
            name: field?.name ?? "RES0", found: field?.value(in: registers.tcr) ?? registers.tcr,
            due: field?.value(in: due) ?? due)
    }

    /// The first address of what is mapped that the tables lead elsewhere. Where they lead nowhere, the run shows it.
    private func misdirection(
        _ walk: PageTableWalk, _ runs: [PageTableWalk.Run], _ geometry: WalkGeometry
    ) -> SimulationCheck.Misdirection? {
        let mapped = AddressRangeSet(tables.mappings.map(\.range))
        for run in runs where run.output != run.input.start {
            guard let start = mapped.lowest(in: run.input) else { continue }
            let output = run.output.rawValue &+ (start &- run.input.start.rawValue)
            return .init(address: start, output: output, isBeyondRange: output >> cpuBits != 0)
        }
        // A table that serves two places leads one of them elsewhere; the walk enters it once.
        for irregularity in walk.irregularities {
            guard case .tableReachedAgain = irregularity.kind, let input = irregularity.input,
                let range = AddressRange(
                    start: input, size: 1 << UInt64(geometry.shift(level: irregularity.level))),
                let start = mapped.lowest(in: range)
            else { continue }
            return .init(address: start, output: nil, isBeyondRange: false)
        }
        return nil
    }

    /// The first address of a segment that is not Normal write-back, or of the console that is no Device.
    private func misattribution(
        _ runs: [PageTableWalk.Run], mair: UInt64
    ) -> SimulationCheck.Misattribution? {
        func first(_ range: AddressRange?, _ isRight: (MemoryAttribute) -> Bool) -> UInt64? {
            guard let range else { return nil }
            for run in runs {
                guard let shared = run.input.intersection(range) else { continue }
                let found = MemoryAttribute(mair: mair, index: run.attributes.attributeIndex)
                if !isRight(found) { return shared.start.rawValue }
            }
            return nil
        }
        for segment in subject.segments {
            if let address = first(segment.range, \.isNormalWriteBack) {
                return .init(address: address, due: .normal, mair: mair)
            }
        }
        return first(subject.plan.request.console?.registers, \.isDevice).map {
            .init(address: $0, due: .deviceNGnRE, mair: mair)
        }
    }

    /// How many bits an address has.
    private func bits(_ address: UInt64) -> UInt64 {
        UInt64(UInt64.bitWidth - address.leadingZeroBitCount)
    }
}

extension AddressRangeSet {
    /// The lowest address of a range that is in the set.
    fileprivate func lowest(in range: AddressRange) -> UInt64? {
        intersection(range).ranges.first?.start.rawValue
    }
}

extension MemoryAttribute {
    /// What caches answer for, in the inner and in the outer ones.
    fileprivate var isNormalWriteBack: Bool {
        guard case .normal(let outer, let inner) = self else { return false }
        return outer.policy == .writeBack && inner.policy == .writeBack
    }

    fileprivate var isDevice: Bool {
        if case .device = self { true } else { false }
    }
}
