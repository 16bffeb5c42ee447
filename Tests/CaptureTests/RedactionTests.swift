import BootInputs
import Foundation
import KexecPlan
import TestSupport
import Testing

@testable import Capture

/// What may tell one machine from others.
@Suite struct RedactionTests {
    @Test(arguments: [
        ("52:54:00:12:34:56", "xx:xx:xx:xx:xx:xx"), ("a-52-54-00-12-34-56", "a-xx-xx-xx-xx-xx-xx"),
        ("x52:54:00:12:34:56", "x52:54:00:12:34:56"), ("52:54:00:12:34:567", "52:54:00:12:34:567"),
        ("root 01234567-89ab-cdef-0123-456789ABCDEF.", "root xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx."),
        ("0123456789abcdef0123456789abcdef", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
        ("0x0123456789abcdef0123456789abcdef", "0x0123456789abcdef0123456789abcdef"), ("", ""),
    ])
    func text(_ text: String, _ masked: String) {
        #expect(String(decoding: Masking.masked(Array(text.utf8)), as: UTF8.self) == masked)
    }

    @Test func commandLine() {
        let line =
            "root=PARTUUID=1234-01 console=ttyS0 androidboot.serialno=AB12 ifname=e:52:54:00:12:34:56 quiet"
        #expect(
            String(decoding: Masking.masked(commandLine: Array(line.utf8)), as: UTF8.self)
                == "root=PARTUUID=xxxx-xx console=ttyS0 androidboot.serialno=xxxx ifname=e:xx:xx:xx:xx:xx:xx quiet"
        )
    }

    @Test(arguments: [
        ("systemd.set_credential=passwd.hashed:HUNTER2", "systemd.set_credential=xxxxxx.xxxxxx:xxxxxxx"),
        ("inst.ks=http://user:PASSW0RD@host/ks.cfg", "inst.ks=http://xxxx:xxxxxxxx@host/ks.cfg"),
        ("netroot=iscsi:user:CHAPPW@10.0.0.1::3260", "netroot=xxxxx:xxxx:xxxxxx@10.0.0.1::3260"),
        ("api_key=AB12 quiet", "api_key=xxxx quiet"), ("rd.vconsole.keymap=de", "rd.vconsole.keymap=de"),
        (
            "ip=10.0.0.5::10.0.0.1:255.255.255.0:ape:eth0:none",
            "ip=xx.x.x.x::xx.x.x.x:xxx.xxx.xxx.x:xxx:xxxx:xxxx"
        ),
        ("ip=dhcp systemd.hostname=ape7", "ip=dhcp systemd.hostname=xxxx"),
        (#"my.secret="two words" quiet"#, #"my.secret="xxx xxxxx" quiet"#),
        (#""my.secret=two words" quiet"#, #""my.secret=xxx xxxxx" quiet"#),
        ("crashkernel=1G-4G:256M@16M", "crashkernel=1G-4G:256M@16M"),
        ("mtdparts=nand:1M@0(boot)", "mtdparts=nand:1M@0(boot)"), ("a=b@c", "a=b@c"), ("=x@y:z", "=x@y:z"),
    ])
    func secrets(_ line: String, _ masked: String) {
        #expect(
            String(decoding: Masking.masked(commandLine: Array(line.utf8)), as: UTF8.self) == masked)
    }

    @Test func deviceTree() throws {
        let root = try Self.root()
        let plain = try MachineCapture(root: root.path)
        #expect(plain.redacted == nil)
        let zeroed = ["device_tree:/chosen/kaslr-seed", "device_tree:/chosen/rng-seed"]
        #expect(plain.zeroed.sorted() == zeroed)
        let tree = try DeviceTree(try #require(plain.deviceTree))
        #expect(tree.property("/chosen", "rng-seed") == [UInt8](repeating: 0, count: 8))
        #expect(tree.property("/", "serial-number") == Array("AB 12\0".utf8))

        let redacted = try MachineCapture(root: root.path, isRedacted: true)
        let places = [
            "device_tree:/serial-number", "device_tree:/linux,serial", "device_tree:/net/local-mac-address",
            "device_tree:/net/local-bd-address", "device_tree:/net/label",
            "device_tree:/chosen/bootargs", "kernel.command_line",
        ]
        #expect(redacted.redacted?.sorted() == places.sorted())
        let masked = try DeviceTree(try #require(redacted.deviceTree))
        #expect(masked.property("/", "serial-number") == Array("xx xx\0".utf8))
        #expect(masked.property("/net", "local-mac-address") == [UInt8](repeating: 0, count: 8))
        #expect(masked.property("/", "linux,serial") == Array("xx xx\0".utf8))
        #expect(masked.property("/net", "local-bd-address") == [UInt8](repeating: 0, count: 8))
        #expect(masked.property("/net", "label") == Array("at xx:xx:xx:xx:xx:xx\0".utf8))
        #expect(masked.property("/chosen", "bootargs") == Array("root=UUID=xx-xx\0".utf8))
        #expect(redacted.kernel.commandLine == "root=UUID=xx-xx")
        #expect(masked.bytes.count == tree.bytes.count)
        // Where it says nothing of the kind, nothing is masked.
        #expect(try MachineCapture(root: Fixture.root("2g-el1-its"), isRedacted: true).redacted == [])
    }

    /// A root with a device tree that has a seed, and all kinds of identities.
    private static func root() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for parent in ["proc/sys/kernel", "sys/firmware"] {
            try FileManager.default.createDirectory(
                atPath: folder / parent, withIntermediateDirectories: true)
        }
        func edit(_ node: String, _ property: String, _ change: DeviceTreeEdit.Change) -> DeviceTreeEdit {
            DeviceTreeEdit(node: node, property: property, change: change)
        }
        let tree = try DeviceTree(try Fixture.fdt("2g-el1")).edited(by: [
            edit("/chosen", "rng-seed", .number(0x1234_5678_9abc_def0)),
            edit("/chosen", "bootargs", .text("root=UUID=ab-12")),
            edit("/", "serial-number", .text("AB 12")),
            edit("/", "linux,serial", .text("AB 12")),
            edit("/net", "local-mac-address", .number(0x5254_0012_3456)),
            edit("/net", "local-bd-address", .number(0x5254_0012_3456)),
            edit("/net", "label", .text("at 52:54:00:12:34:56")),
        ])
        try folder.write(tree.bytes, "sys/firmware/fdt")
        try folder.write(Array("aarch64\n".utf8), "proc/sys/kernel/arch")
        try folder.write(Array("root=UUID=ab-12\n".utf8), "proc/cmdline")
        return folder
    }
}
