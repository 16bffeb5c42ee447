import KexecPlan
import TestSupport
import Testing

@testable import kplan

/// Large files are mapped and hashed, never copied.
@Suite("Memory stays flat")
struct MakeMemoryTests {
    /// The data (heap, private writable pages) that a process may have: RLIMIT_DATA counts no file that is mapped for
    /// reading, so this is what kplan needs beside its inputs.
    private static let limit = "--data=\(64 << 20)"

    @Test("An initrd of 1 GiB is planned with 64 MiB of data")
    func largeInitrd() throws {
        let workshop = try MakeWorkshop("8g-el1-crash")
        _ = try Toolchain.run("truncate", ["-s", "1G", workshop.folder / "initrd"], input: [])
        let arguments = MakeWorkshop.inputs(in: workshop.folder.path + "/")
        let document = try Toolchain.run(
            "prlimit", [Self.limit, try Kplan.path] + arguments, input: [])
        try workshop.folder.write(document, "plan.json")
        let plan = try workshop.commands.plan()
        #expect(plan.violations() == [])
        #expect(plan.segment(.initrd)?.contentSize == 1 << 30)
        let sum = try Toolchain.run("sha256sum", [workshop.folder / "initrd"], input: [])
        #expect(plan.segment(.initrd)?.sha256.hex.utf8.elementsEqual(sum.prefix(64)) == true)
    }

    @Test("The limit holds: a copy of 64 MiB fails by it, one of 16 MiB doesn't")
    func limitHolds() {
        func copy(_ size: String) throws -> [UInt8] {
            try Toolchain.run("prlimit", [Self.limit, "python3", "-c", "bytearray(\(size))"], input: [])
        }
        #expect(throws: Toolchain.Failure.self) { try copy("64 << 20") }
        #expect(throws: Never.self) { try copy("16 << 20") }
    }
}
