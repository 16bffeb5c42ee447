import Arm64
import Foundation
import KexecPlan
import PlanJSON
import TestSupport
import Testing

@testable import Capture

/// Captures of saved root folders.
@Suite struct CaptureTests {
    @Test("What a machine says, whole", arguments: Fixture.roots)
    func golden(_ machine: String) throws {
        let capture = try MachineCapture(root: Fixture.root(machine))
        let document = MachineJSON.encode(capture)
        #expect(try MachineJSON.decode(document) == capture)
        #expect(MachineJSON.encode(try MachineCapture(root: Fixture.root(machine) + "/")) == document)
        let golden = Self.golden("machine-\(machine).json")
        if ProcessInfo.processInfo.environment["KPLAN_REGENERATE"] == "1" {
            try Data(document).write(to: golden)
            Issue.record(
                "machine-\(machine).json was written anew: review it, and run without KPLAN_REGENERATE")
        }
        #expect(Array(try Data(contentsOf: golden)) == document)
    }

    @Test(
        "The published schema takes it",
        .enabled(if: SchemaValidator.isAvailable, "needs python3 with jsonschema"))
    func schema() throws {
        let documents = try Fixture.roots.map { machine in
            MachineJSON.encode(try MachineCapture(root: Fixture.root(machine), isRedacted: true)).filter {
                $0 != 0x0a
            }
        }
        let schema = SchemaValidator.schema("machine-1.schema.json")
        #expect(try SchemaValidator.verdicts(documents, schema: schema) == documents.map { _ in true })
    }

    @Test func whatTheLogSaysOfTheInterruptController() throws {
        let capture = try MachineCapture(root: Fixture.root("2g-el1-its"))
        #expect(capture.interrupts.hasITS == true)
        #expect(capture.interrupts.isComplete)
        let tables = capture.interrupts.tables
        #expect(tables.map(\.kind) == [.its, .its, .lpiProperty, .lpiPending])
        #expect(tables.last?.range.start.rawValue == 0x421b_0000 && tables.last?.range.size == 0x1_0000)
        let other = try MachineCapture(root: Fixture.root("2g-el2-crash"))
        #expect(other.interrupts == Interrupts(hasITS: false, isComplete: true))
    }

    @Test("The interrupt controller alone, from its tree and its log", arguments: Fixture.roots)
    func interruptsAlone(machine: String) throws {
        let root = Fixture.root(machine)
        #expect(try Interrupts(root: root) == MachineCapture(root: root).interrupts)
    }

    @Test func interruptsOfWhatCannotBeRead() throws {
        let folder = try TemporaryFolder()
        #expect(try Interrupts(root: folder.path) == Interrupts())
        #expect(throws: CaptureError.self) { try Interrupts(root: folder / "nothing") }
        try write("sys/firmware/fdt", "no tree", in: folder)
        let entry = MachineCapture.Unreadable(
            what: "device_tree", path: "/sys/firmware/fdt", reason: .malformed)
        #expect(throws: CaptureError.unreadable(entry)) { try Interrupts(root: folder.path) }
    }

    @Test func whatIsNotThereIsListed() throws {
        let folder = try TemporaryFolder()
        try write("proc/cpuinfo", "processor : 0\nCPU implementer : 0x41\n", in: folder)
        let capture = try MachineCapture(root: folder.path)
        let expected = [
            "kernel.version", "kernel.release", "kernel.configuration", "kernel.page_size",
            "kernel.command_line", "memory_map", "device_tree", "kernel_log", "processors.possible",
            "processors.online", "processors.features", "processors.enable_methods", "consoles.active",
            "consoles.ports", "firmware.model", "firmware.acpi", "kexec.loaded", "kexec.crash_loaded",
            "kexec.load_disabled", "kexec.load_limit", "kexec.crash_load_limit", "crash.reserved_size",
            "crash.vmcoreinfo", "crash.notes", "crash.elfcorehdr_size", "security.lockdown",
            "security.modules",
        ]
        #expect(capture.unreadable.map(\.what) == expected)
        #expect(
            capture.unreadable.allSatisfy { $0.reason == .absent || $0.what == "processors.features" })
    }

    @Test func hiddenAddressesAreNoMemoryMap() throws {
        let folder = try TemporaryFolder()
        try write("proc/sys/kernel/arch", "aarch64\n", in: folder)
        try write(
            "proc/iomem", "00000000-00000000 : System RAM\n  00000000-00000000 : reserved\n", in: folder)
        let capture = try MachineCapture(root: folder.path)
        #expect(capture.memory == nil)
        #expect(
            capture.unreadable.contains {
                $0.what == "memory_map" && $0.reason == .hidden && $0.path == "/proc/iomem"
            })
    }

    @Test("What a log still says holds, though its beginning is lost")
    func aLogWithoutItsBeginning() throws {
        let folder = try TemporaryFolder()
        try write("proc/sys/kernel/arch", "aarch64\n", in: folder)
        try write("dmesg.txt", "[    9.000000] GICv3: using LPI property table @0x421a0000\n", in: folder)
        let capture = try MachineCapture(root: folder.path)
        let range = try #require(AddressRange(start: PhysicalAddress(0x421a_0000), size: 0x1_0000))
        #expect(capture.interrupts == Interrupts(tables: [.init(kind: .lpiProperty, range: range)]))
        #expect(capture.unreadable.contains { $0.what == "interrupts.tables" && $0.reason == .incomplete })
    }

    @Test func aFolderThatIsNoMachineIsRefused() throws {
        let folder = try TemporaryFolder()
        #expect(throws: CaptureError.unknownArchitecture(root: folder.path, found: nil)) {
            try MachineCapture(root: folder.path)
        }
        try write("proc/sys/kernel/arch", "riscv64", in: folder)
        #expect(throws: CaptureError.unknownArchitecture(root: folder.path, found: "riscv64")) {
            try MachineCapture(root: folder.path)
        }
    }

    @Test func anX86Machine() throws {
        let folder = try TemporaryFolder()
        try write(
            "proc/cpuinfo",
            "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Some CPU\nflags\t\t: fpu sha_ni\n\n"
                + "processor\t: 1\nvendor_id\t: GenuineIntel\nmodel name\t: Some CPU\nflags\t\t: sha_ni\n",
            in: folder)
        try write("sys/class/tty/ttyS0/port", "0x3F8\n", in: folder)
        try write("boot/config-6.1.0", "CONFIG_KEXEC=y\nCONFIG_NET=y\n# CONFIG_IMA is not set\n", in: folder)
        try write("proc/sys/kernel/osrelease", "6.1.0\n", in: folder)
        let capture = try MachineCapture(root: folder.path)
        #expect(capture.architecture == .x86)
        #expect(capture.processors.models == [.init(processors: "0-1", name: "Some CPU")])
        #expect(capture.processors.features == ["sha_ni"])
        #expect(capture.consoles.ports == [.init(name: "ttyS0", address: 0x3f8, space: .port)])
        #expect(
            capture.kernel.configuration?.options == [
                .init(name: "CONFIG_IMA", value: "n"), .init(name: "CONFIG_KEXEC", value: "y"),
            ])
        #expect(!capture.unreadable.contains { $0.what == "kernel.configuration" })
    }

    private func write(_ name: String, _ text: String, in folder: TemporaryFolder) throws {
        let path = folder / name
        let parent = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try folder.write(Array(text.utf8), name)
    }

    private static func golden(_ name: String) -> URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Golden/\(name)")
    }
}
