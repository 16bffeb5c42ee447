import Arm64
import Emitter
import KexecPlan
import Proof
import TestSupport
import Testing

@testable import Planner

/// Properties of every plan, over random machines and sizes. Each layout follows from its seed.
@Suite struct RandomMemoryTests {
    static let layouts = 600

    /// Most layouts must have a plan, or the properties say little.
    @Test func everyPlanKeepsTheRules() throws {
        var plans = 0
        for seed in 0..<UInt64(Self.layouts) {
            var random = SplitMix64(seed: seed)
            let layout = Layout.random(&random)
            guard let plan = try Self.planOrReason(layout, seed: seed) else { continue }
            plans += 1
            #expect(plan.violations() == [], "seed \(seed)")
            #expect(try Planner.plan(layout.inputs()) == plan, "seed \(seed): another plan")
            if layout.placement == .nearStartOfRAM {
                let lowest = try #require(plan.segments.first).address.rawValue
                let base = try plan.place(.kernel).lowerBound - layout.textOffset
                #expect(lowest >= base, "seed \(seed): a segment below the kernel's base")
                #expect(
                    try plan.place(.dtb).upperBound <= base + 512 * mebi, "seed \(seed): a far device tree")
            }
            try Self.expectNothingInTheWay(of: plan, layout, seed: seed, &random)
        }
        #expect(plans > Self.layouts / 2, "\(plans) plans")
    }

    @Test func theTablesTranslateWhatIsMappedAndNothingElse() throws {
        for seed in 0..<UInt64(Self.layouts) {
            var random = SplitMix64(seed: seed)
            let layout = Layout.random(&random)
            guard let plan = try? Planner.plan(try layout.inputs()) else { continue }
            let planned = try #require(plan.pageTables)
            let emitted = try Emitter.emit(
                plan,
                from: Emitter.Sources(
                    deviceTree: [UInt8](repeating: 0, count: Int(layout.deviceTree)),
                    purgatory: try TestPurgatory.object))
            let tables = try #require(emitted.first { $0.role == .pageTables })
            guard case .bytes(let bytes) = tables.content else {
                Issue.record("seed \(seed): page tables aren't generated")
                continue
            }
            #expect(
                UInt64(bytes.count) == UInt64(planned.tables.reduce(0) { $0 + $1.count })
                    * planned.granule.size,
                "seed \(seed)")
            let proof = PageTableProof(
                of: planned, bytes: bytes, at: tables.address,
                expecting: plan.pageTableExpectation(planned.granule))
            #expect(proof.findings == [], "seed \(seed)")
        }
    }

    /// The plan; nil where there is none, for a reason that holds.
    private static func planOrReason(_ layout: Layout, seed: UInt64) throws -> Plan? {
        let inputs = try layout.inputs()
        do throws(PlannerError) {
            return try Planner.plan(inputs)
        } catch {
            #expect(holds(error, for: inputs), "seed \(seed): \(error)")
            return nil
        }
    }

    /// True where there is no plan for this reason, looked at apart from the planner.
    private static func holds(_ error: PlannerError, for inputs: PlanningInputs) -> Bool {
        let memory = inputs.machine.memory
        switch error {
        case .noRoom(let request) where request.segment == .kernel:
            // No multiple of 2 MiB in any hole has room behind it.
            let page = max(inputs.machine.pageSize, inputs.request.granule.size)
            let free = inputs.request.memoryWindow.map(memory.usable.intersection) ?? memory.usable
            return free.shrunk(to: page).ranges.allSatisfy { hole in
                let offset = inputs.kernel.textOffset
                let above = hole.start.rawValue < offset ? 0 : hole.start.rawValue - offset
                let start = (above + 2 * mebi - 1) / (2 * mebi) * (2 * mebi) + offset
                return start + request.size > hole.end.rawValue
            }
        case .noRoom(let request):
            // There is no hole, or even the largest is too small; without being aligned it may be large enough.
            guard let hole = request.largestHole else { return true }
            let start = hole.start.alignedUp(to: request.alignment)
            let isLargeEnough = start?.advanced(by: request.size).map { $0 <= hole.end } ?? false
            return memory.usable.contains(hole) && request.window?.contains(hole) != false && !isLargeEnough
        case .moreThanHalfOfMemory(let needed, let ram):
            return ram == memory.systemRAM.size && needed > ram / 2
        case .consoleInRAM(let console):
            let pages = AddressRange(start: console.address, size: 0x1c)?.expanded(
                to: inputs.request.granule.size)
            return pages.map(memory.systemRAM.overlaps) == true
        case .consoleBeyondTables(let console, _):
            return console.address.rawValue > 1 << 48 - 0x1c
        default:
            return false
        }
    }

    /// With a byte of a segment reserved, there is another plan without it, or none.
    private static func expectNothingInTheWay(
        of plan: Plan, _ layout: Layout, seed: UInt64, _ random: inout SplitMix64
    ) throws {
        for role in plan.segments.map(\.role) {
            let place = try plan.place(role)
            let byte = UInt64.random(in: place, using: &random)
            var changed = layout
            changed.reserved.append(byte..<byte + 1)
            guard let other = try planOrReason(changed, seed: seed) else { continue }
            #expect(other.violations() == [], "seed \(seed)")
            for segment in other.segments {
                #expect(
                    segment.range?.contains(PhysicalAddress(byte)) == false,
                    "seed \(seed): \(segment.role) where \(byte.hex) is reserved")
            }
        }
    }
}
