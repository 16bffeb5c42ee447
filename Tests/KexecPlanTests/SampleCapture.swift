import Arm64
import KexecPlan

/// A capture with every field, few of each.
enum SampleCapture {
    static let full = MachineCapture(
        architecture: .arm64,
        kernel: RunningKernel(
            release: "6.1.0", version: "Linux version 6.1.0", pageSize: 0x1000, commandLine: "quiet",
            configuration: .init(
                path: "/proc/config.gz", options: [.init(name: "CONFIG_KEXEC", value: "y")])),
        processors: Processors(
            possible: "0-1", online: "0",
            models: [
                .init(
                    processors: "0", mainID: 0x410f_d083, name: "Cortex-A72",
                    granules: [.granule4K, .granule64K], physicalAddressBits: 44, hasVHE: false)
            ],
            features: ["sha2"], exceptionLevel: 2, usesE2H: false, enableMethods: ["psci"]),
        memory: [MemoryResource(range: range(0x4000_0000, 0x1000), depth: 1, name: "System RAM")],
        deviceTree: [0xd0, 0x0d, 0xfe, 0xed],
        consoles: Consoles(
            stdoutPath: "/pl011", commandLine: ["ttyAMA0"], active: ["ttyAMA0"],
            ports: [.init(name: "ttyAMA0", address: 0x900_0000, space: .memory)]),
        interrupts: Interrupts(
            hasITS: true, tables: [.init(kind: .lpiPending, range: range(0x421b_0000, 0x1_0000))],
            isComplete: true),
        firmware: Firmware(
            model: "virt", vendor: "QEMU", usesEFI: true, efiBits: 64, hasRuntimeServices: true,
            usesSecureBoot: false, usesACPI: false),
        kexec: KexecState(
            isLoaded: false, isCrashLoaded: true, isDisabled: false, loadLimit: -1, crashLoadLimit: 3),
        crash: CrashFacts(
            reservedSize: 0x1000_0000, regions: [range(0xa9a0_0000, 0x1000_0000)],
            vmcoreinfo: range(0x4322_2000, 0x1024),
            notes: [.init(processor: 0, range: range(0xbfbd_3000, 424))], headerSize: 0x1000),
        security: SecurityFacts(lockdown: "none", modules: ["yama"]),
        zeroed: ["device_tree:/chosen/rng-seed"], redacted: ["kernel.command_line"],
        unreadable: [
            .init(what: "security.lockdown", path: "/sys", reason: .failed, errno: 5)
        ])

    private static func range(_ start: UInt64, _ size: UInt64) -> AddressRange {
        guard let range = AddressRange(start: PhysicalAddress(start), size: size) else {
            preconditionFailure("a sample's range is one")
        }
        return range
    }
}
