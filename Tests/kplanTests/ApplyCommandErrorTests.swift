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
                    "plan.json: is for arm64 (aarch64), this machine is \(architecture)")
            }
        }
    #endif

    @Test func kindOfMachine() throws {
        var plan = try samplePlan()
        func kind(_ architecture: String, _ pageSize: UInt64) throws -> Failure? {
            try failure {
                try RunningMachine(architecture: architecture, pageSize: pageSize).checkKind(plan, of: "p")
            }
        }
        #expect(
            try kind("aarch64_be", 4096)
                == Failure("p: is for arm64 (aarch64), this machine is aarch64_be", status: .no))
        for (planned, running) in [(4 << 10, 4 << 10), (64 << 10, 4 << 10), (64 << 10, 64 << 10)] {
            plan.machine.pageSize = UInt64(planned)
            #expect(try kind("aarch64", UInt64(running)) == nil)
        }
        plan.machine.pageSize = 4096
        #expect(
            try kind("aarch64", 65536)
                == Failure(
                    """
                    p: is made of pages of 4 KiB, this machine's kernel has pages of 64 KiB: make it anew with \
                    --page-size 64K
                    """, status: .no))
    }

    @Test func memoryOfTheMachine() throws {
        let folder = try TemporaryFolder()
        let plan = try samplePlan()
        func memory(_ iomem: String) throws -> Failure? {
            let path = try folder.write(Array(iomem.utf8), "iomem")
            return try failure { try RunningMachine(iomem: path).checkMemory(plan, of: "p") }
        }
        #expect(try memory("40000000-bfffffff : System RAM\n") == nil)
        #expect(
            try memory("40000000-52ffffff : System RAM\n  50000000-500fffff : Crash kernel\n")
                == Failure(
                    """
                    p: does not fit this machine's memory; make it anew from its /proc/iomem:
                      kernel 0x50000000–0x51aaffff is now "Crash kernel" 0x50000000–0x500fffff
                      initrd 0x51c00000–0x53b3ffff is not all System RAM
                      dtb 0x54000000–0x54002fff is not all System RAM
                      purgatory 0x54003000–0x54007fff is not all System RAM
                      page-tables 0x54008000–0x5400cfff is not all System RAM
                    """, status: .no))
        #expect(
            try memory("00000000-00000000 : System RAM\n")
                == Failure("\(folder / "iomem"): hides its addresses from this process: run kplan as root"))
        #expect(
            try memory("00000000-00000fff : reserved\n")?.text.hasSuffix(
                #"has no line "System RAM": it is no copy of /proc/iomem, or not all of it"#) == true)
    }
}
