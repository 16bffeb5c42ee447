import Arm64
import KexecPlan
import TestSupport
import Testing

@testable import kplan

@Suite("kplan apply asks the machine before it loads")
struct ApplyCommandErrorTests {
    /// What a check says; nil where it finds nothing.
    private func failure(_ check: () throws -> Void) throws -> Failure? {
        do {
            try check()
            return nil
        } catch let failure as Failure {
            return failure
        }
    }

    #if !arch(arm64)
        @Test("On another architecture nothing is even tried")
        func thisMachine() throws {
            let workshop = try CommandWorkshop.withPlan()
            let architecture = RunningMachine().architecture
            for options in [["--dry-run"], []] {
                expect(
                    try Kplan.run(["apply", "plan.json"] + options, in: workshop.folder), 1,
                    """
                    plan.json: does not fit this machine:
                      the plan is for arm64 (aarch64), this machine is \(architecture)
                    """)
            }
        }
    #endif

    @Test func kindOfMachine() throws {
        var plan = try samplePlan()
        func kind(_ architecture: String, _ pageSize: UInt64) throws -> Failure? {
            try failure {
                try Fitness(
                    kindOf: .kexecLoad(plan),
                    on: RunningMachine(architecture: architecture, pageSize: pageSize)
                ).require(of: "p")
            }
        }
        #expect(
            try kind("aarch64_be", 4096)
                == Failure(
                    """
                    p: does not fit this machine:
                      the plan is for arm64 (aarch64), this machine is aarch64_be
                    """, status: .no))
        for (planned, running) in [(4 << 10, 4 << 10), (64 << 10, 4 << 10), (64 << 10, 64 << 10)] {
            plan.machine.pageSize = UInt64(planned)
            #expect(try kind("aarch64", UInt64(running)) == nil)
        }
        plan.machine.pageSize = 4096
        #expect(
            try kind("aarch64", 65536)
                == Failure(
                    """
                    p: does not fit this machine as it is; make it anew, or see --replan:
                      segments are made of pages of 4 KiB, the running kernel has pages of 64 KiB: make the plan anew with \
                    --page-size 64K
                    """, status: .no))
    }
}
