import Arm64
import KexecPlan
import TestSupport
import Testing

@testable import kplan

/// Plans that say nonsense get an answer from the proof, whatever the numbers.
@Suite("Proof of edited plans")
struct VerifyExtremesTests {
    @Test("Numbers at the ends of 64 bits, tables that map what isn't there, sections anywhere")
    func extremes() throws {
        let workshop = try CommandWorkshop.withPlan()
        let plan = try workshop.plan()
        #expect(Verification.pageTables(plan, nil, isMade: true).word == "ok")
        let numbers: [UInt64] = [0, 1, 4095, 1 << 31, 1 << 48 - 1, 1 << 48, 1 << 63, .max - 4095, .max]
        var found = 0
        for number in numbers {
            let address = PhysicalAddress(number)
            for change in Self.changes {
                var changed = plan
                change(&changed, address)
                _ = changed.violations()
                _ = Verification.pageTables(changed, nil, isMade: true)
                // The bytes of the sound plan, held against the changed one.
                let bytes = try Verification.pageTableBytes(of: plan)
                if Verification.pageTables(changed, bytes, isMade: false).word == "no" { found += 1 }
                _ = Verification.pageTables(changed, Array(bytes.prefix(100)), isMade: false)
            }
        }
        // But for a few changes that come to nothing, such as a size within the same page.
        #expect(found > numbers.count * Self.changes.count * 9 / 10, "\(found)")
    }

    private static let changes: [@Sendable (inout Plan, PhysicalAddress) -> Void] = [
        { plan, address in plan.segments[0].address = address },
        { plan, address in plan.segments[0].memorySize = address.rawValue },
        { plan, address in
            for index in plan.segments.indices { plan.segments[index].address = address }
        },
        { plan, address in plan.pageTables?.root = address },
        { plan, address in plan.pageTables?.inputAddressBits = Int(truncatingIfNeeded: address.rawValue) },
        { plan, address in plan.pageTables?.registers?.tcrEL1 = address.rawValue },
        { plan, address in plan.pageTables?.registers?.tcrEL2 = address.rawValue },
        { plan, address in plan.pageTables?.registers?.mair = address.rawValue },
        { plan, address in plan.request.console?.address = address },
        { plan, address in plan.purgatory.sections[0].address = address },
        { plan, address in plan.purgatory.sections[1].size = address.rawValue },
        { plan, address in plan.pageTables?.tables = [] },
        { plan, address in
            guard let range = AddressRange(start: .zero, end: address) else { return }
            plan.pageTables?.mappings[0].range = range
            plan.machine.memory.ram = [.init(range: range, kind: "System RAM")]
        },
    ]
}
