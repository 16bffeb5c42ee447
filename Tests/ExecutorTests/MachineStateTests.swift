import Testing

@testable import Executor

/// What an arm64 guest says that may load: Debian, kernel 6.12, 2 GiB.
let readyMachine = [
    "proc/self/status": "Name:\tkplan\nUid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\nSeccomp:\t0\n",
    "proc/self/uid_map": "         0          0 4294967295\n",
    "proc/sys/kernel/kexec_load_disabled": "0\n",
    "proc/sys/kernel/kexec_load_limit_reboot": "-1\n",
    "proc/sys/kernel/kexec_load_limit_panic": "3\n",
    "sys/kernel/security/lockdown": "[none] integrity confidentiality\n",
    "sys/kernel/security/lsm": "lockdown,capability,landlock,yama,apparmor,bpf",
    "sys/kernel/kexec_loaded": "1\n",
    "sys/kernel/kexec_crash_loaded": "0\n",
    "sys/kernel/kexec_crash_size": "268435456\n",
    "proc/meminfo": "MemTotal:        2013020 kB\nMemFree:         1900000 kB\nMemAvailable:    1890000 kB\n",
    "sys/devices/system/cpu/possible": "0-3\n",
    "sys/firmware/devicetree/base/cpus/cpu@0/enable-method": "psci\0",
    "sys/firmware/devicetree/base/cpus/cpu@1/enable-method": "psci\0",
    "sys/firmware/devicetree/base/cpus/cpu-map/name": "cpu-map\0",
    "proc/sys/kernel/osrelease": "6.12.107-cloud-arm64\n",
    "proc/cmdline": "console=ttyAMA0 kvm-arm.mode=nvhe\n",
]

/// The state of `readyMachine` with some files other, or, for nil, missing.
func machine(
    _ changes: [String: String?] = [:], architecture: String = "aarch64", pageSize: UInt64 = 4096
) throws -> MachineState {
    var files = readyMachine
    for (name, text) in changes { files[name] = text }
    let folder = try MachineFolder(files)
    return MachineState(root: folder.path, architecture: architecture, pageSize: pageSize)
}

struct MachineStateTests {
    @Test func readsAMachineThatMayLoad() throws {
        let state = try machine()
        #expect(state.architecture == "aarch64")
        #expect(state.pageSize == 4096)
        #expect(state.version == KernelVersion(6, 12))
        #expect(state.isLoadPinEnforced == nil)
        #expect(state.isKernelAppraised == nil)
        #expect(state.systemCalls == nil)
        #expect(state.mayReboot == true)
        #expect(state.isInInitialUserNamespace == true)
        #expect(state.isFiltered == false)
        #expect(state.isLoadingDisabled == false)
        #expect(state.loadLimit == -1)
        #expect(state.crashLoadLimit == 3)
        #expect(state.lockdown == "none")
        #expect(state.securityModules == ["lockdown", "capability", "landlock", "yama", "apparmor", "bpf"])
        #expect(state.isLoaded == true)
        #expect(state.isCrashLoaded == false)
        #expect(state.crashMemory == 256 << 20)
        #expect(state.totalMemory == 2_013_020 * 1024)
        #expect(state.availableMemory == 1_890_000 * 1024)
        #expect(state.possibleProcessors == 4)
        #expect(state.enableMethods == ["psci"])
        #expect(state.isKVMProtected == false)
    }

    @Test func readsAMachineThatMayNot() throws {
        let state = try machine([
            // All but bit 22, CAP_SYS_BOOT: what a container usually has.
            "proc/self/status": "CapEff:\t000001ffffbfffff\nSeccomp:\t2\n",
            "proc/self/uid_map": "         0     100000      65536\n",
            "proc/sys/kernel/kexec_load_disabled": "1\n",
            "sys/kernel/security/lockdown": "none integrity [confidentiality]\n",
            "sys/devices/system/cpu/possible": "0,2-3\n",
            "sys/firmware/devicetree/base/cpus/cpu@0/enable-method": "spin-table\0",
            "proc/cmdline": "quiet kvm-arm.mode=protected",
        ])
        #expect(state.mayReboot == false)
        #expect(state.isInInitialUserNamespace == false)
        #expect(state.isFiltered == true)
        #expect(state.isLoadingDisabled == true)
        #expect(state.lockdown == "confidentiality")
        #expect(state.possibleProcessors == 3)
        #expect(state.enableMethods == ["psci", "spin-table"])
        #expect(state.isKVMProtected == true)
    }

    @Test func knowsNothingOfAnEmptyFolder() throws {
        let state = MachineState(root: try MachineFolder().path, architecture: "riscv64", pageSize: 1)
        var nothing = try machine(architecture: "riscv64", pageSize: 1)
        nothing.version = nil
        nothing.mayReboot = nil
        nothing.isInInitialUserNamespace = nil
        nothing.isFiltered = nil
        nothing.isLoadingDisabled = nil
        nothing.loadLimit = nil
        nothing.crashLoadLimit = nil
        nothing.lockdown = nil
        nothing.securityModules = nil
        nothing.isLoaded = nil
        nothing.isCrashLoaded = nil
        nothing.crashMemory = nil
        nothing.totalMemory = nil
        nothing.availableMemory = nil
        nothing.possibleProcessors = nil
        nothing.enableMethods = []
        nothing.isKVMProtected = nil
        #expect(state == nothing)
    }

    @Test(arguments: ["", "\n", "0-\n", "3-1", "a", "0-1-2", "99999999999999999999", ",", "-"])
    func takesNoNonsenseForAProcessorList(text: String) throws {
        #expect(try machine(["sys/devices/system/cpu/possible": text]).possibleProcessors == nil)
    }

    @Test(arguments: [
        "MemTotal: 1\n", "MemTotal: x kB\n", "MemTotal\n", "MemTotal: 18446744073709551615 kB\n",
    ])
    func takesNoNonsenseForMemory(text: String) throws {
        #expect(try machine(["proc/meminfo": text]).totalMemory == nil)
    }

    @Test func readsThisMachine() {
        let state = MachineState()
        #expect(state.pageSize >= 4096)
        #expect(!state.architecture.isEmpty)
        #expect(state.mayReboot != nil)
        #expect((state.totalMemory ?? 0) > 1 << 20)
        #expect((state.possibleProcessors ?? 0) > 0)
    }
}
