import Testing

@testable import Executor

struct ProcessorTests {
    @Test func eachModelOnce() throws {
        let folder = try MachineFolder()
        for (cpu, text) in [
            ("cpu0", "0x00000000410fd083\n"), ("cpu1", "0x00000000410fd083\n"), ("cpu10", "0x410fd034\n"),
        ] {
            try folder.write(text, "sys/devices/system/cpu/\(cpu)/regs/identification/midr_el1")
        }
        try folder.write("nonsense\n", "sys/devices/system/cpu/cpu2/regs/identification/midr_el1")
        try folder.write("0x1\n", "sys/devices/system/cpu/cpufreq/regs/identification/midr_el1")
        #expect(MachineState.mainIDs(root: folder.path) == [0x410f_d034, 0x410f_d083])
    }

    @Test func noneWhereThereAreNone() throws {
        #expect(
            MachineState.mainIDs(root: try MachineFolder(["sys/devices/system/cpu/cpu0/online": "1\n"]).path)
                == [])
    }
}
