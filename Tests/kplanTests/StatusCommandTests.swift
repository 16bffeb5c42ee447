import Foundation
import Glibc
import KexecPlan
import TestSupport
import Testing

/// `kplan status` on roots that stand for machines.
@Suite struct StatusCommandTests {
    private let folder: TemporaryFolder
    private let chosen = "root/sys/firmware/devicetree/base/chosen"

    init() throws {
        folder = try TemporaryFolder()
        try write([], "root/sys/firmware/devicetree/base/name")
    }

    private func write(_ bytes: [UInt8], _ name: String) throws {
        let path = URL(fileURLWithPath: folder / name).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
        try folder.write(bytes, name)
    }

    private func write(report cells: [UInt32]) throws {
        let bytes = cells.flatMap { cell in withUnsafeBytes(of: cell.bigEndian) { Array($0) } }
        try write(bytes, "\(chosen)/kplan,purgatory-report")
    }

    private func status(_ options: String...) throws -> Kplan.Result {
        try Kplan.run(
            ["status", "--root", "root"] + options, in: folder, environment: ["LC_ALL": "C.UTF-8"])
    }

    private static let cells: [UInt32] = [
        1, 0x103, 5, 62_500_000, 0, 9_687_500, 0, 28_271_266, 0, 0x7900_0000,
    ]

    private func expect(
        _ output: String, _ status: Int32, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let result = try self.status()
        #expect(result.output == output + "\n", sourceLocation: sourceLocation)
        #expect(result.errors.isEmpty, sourceLocation: sourceLocation)
        #expect(result.status == status, sourceLocation: sourceLocation)
    }

    @Test func startedByPurgatory() throws {
        try write([], "\(chosen)/linux,booted-from-kexec")
        try write(report: Self.cells)
        try write(Array("0\n".utf8), "root/sys/kernel/kexec_loaded")
        try write(Array("1\n".utf8), "root/sys/kernel/kexec_crash_loaded")
        try expect(
            """
              started by    kplan's purgatory, after it had verified everything
              verified      28271266 bytes in 5 segments, in 155 ms (9687500 ticks of 62.5 MHz), 173.9 MiB a second
              at            EL2 with E2H, MMU and caches on, SHA-256 by crypto extension
              kernel        at 0x79000000
              next kernel   none loaded
              crash kernel  loaded by someone else: kplan has no record of it
            """, 0)
        let json = try status("--json")
        #expect(json.status == 0)
        #expect(json.output.contains(#""milliseconds": 155,"#))
        #expect(json.output.contains(#""crash_kernel_loaded": true"#))
    }

    @Test func slowAndWithoutAFrequency() throws {
        try write(report: [1, 0x21, 4, 0, 0, 9_687_500, 0, 1, 0, 0x7900_0000])
        let result = try status()
        #expect(result.status == 0)
        #expect(
            result.output.contains(
                "1 byte in 4 segments, in 9687500 ticks of a counter whose frequency isn't known\n"))
        #expect(
            result.output.contains(
                "EL1, MMU off (the CPU lacks the tables' granule), SHA-256 by portable code\n"))
    }

    /// With ACPI the tree is unfolded nowhere: what a kernel with EFI was handed, with a report in it.
    @Test func startedByPurgatoryWithACPI() throws {
        func tree(_ properties: String) throws -> [UInt8] {
            let source = try Toolchain.decompileDeviceTree(Fixture.fdt("2g-efi-acpi"))
            return try Toolchain.compileDeviceTree(source + "/ { chosen { \(properties) }; };")
        }
        try write(tree(""), "root/sys/firmware/fdt")
        try expect(
            "  started by    a boot loader, or a kexec that left no trace in the device tree\n" + nothing, 1)
        let cells = Self.cells.map { "0x" + String($0, radix: 16) }.joined(separator: " ")
        try write(
            tree("linux,booted-from-kexec; kplan,purgatory-report = <\(cells)>;"), "root/sys/firmware/fdt")
        let result = try status()
        #expect(result.status == 0)
        #expect(
            result.output.hasPrefix("  started by    kplan's purgatory, after it had verified everything\n"))
        try write(tree("kplan,purgatory-report = <2>;"), "root/sys/firmware/fdt")
        let malformed = try status()
        #expect(malformed.status == 2)
        #expect(
            malformed.errors.hasPrefix("kplan: root/sys/firmware/fdt: /chosen/kplan,purgatory-report: "),
            "\(malformed.errors)")
        try write([1, 2, 3, 4], "root/sys/firmware/fdt")
        #expect(try status().status == 2)
    }

    @Test("What only root may read is said to be that; the rest is told", .enabled(if: geteuid() != 0))
    func hiddenTree() throws {
        try write(Fixture.fdt("2g-efi-acpi"), "root/sys/firmware/fdt")
        try #require(chmod(folder / "root/sys/firmware/fdt", 0) == 0)
        let result = try status()
        #expect(result.status == 2)
        #expect(
            result.output
                == "  started by    not known: this process may not read the device tree\n\(nothing)\n")
        #expect(
            result.errors == """
                kplan: root/sys/firmware/fdt: open: Permission denied (EACCES): how this kernel was started is for root to see

                """)
    }

    private let nothing = """
          next kernel   not known: this kernel has no kexec
          crash kernel  not known: this kernel has no kexec
        """

    @Test func notByPurgatory() throws {
        try expect("  started by    not known: this kernel shows no device tree\n" + nothing, 1)
        try write([0], "\(chosen)/bootargs")
        try expect(
            "  started by    a boot loader, or a kexec that left no trace in the device tree\n" + nothing, 1)
        try write([], "\(chosen)/linux,booted-from-kexec")
        try expect(
            "  started by    a kexec, not by kplan's purgatory: the device tree has no report\n" + nothing, 1)
        try write(report: [UInt32](repeating: 0, count: 10))
        try expect(
            """
              started by    a purgatory that wrote no report: the device tree has room for one, all zeros
            \(nothing)
            """, 1)
        #expect(try status("--json").output.contains(#""report": "not-written""#))
        try write(report: Self.cells)
        try write(Array("  40210000-4163ffff : Kernel code\n".utf8), "root/proc/iomem")
        let result = try status()
        #expect(result.status == 1)
        #expect(
            result.output.contains(
                "not by the purgatory whose report the device tree has: that one started a kernel at 0x79000000, and"
            ))
        let json = try status("--json").output
        #expect(json.contains(#""purgatory": null"#) && json.contains(#""report": "of-earlier-kernel""#))
        // Without privilege all addresses are zero: which kernel runs isn't known then.
        for iomem in [
            "00000000-00000000 : Kernel code\n", "nonsense", "40000000-7fffffff : System RAM\n",
            "  79000000-7a4affff : Kernel code\n",
        ] {
            try write(Array(iomem.utf8), "root/proc/iomem")
            #expect(try status().status == 0, "\(iomem)")
        }
    }

    @Test(
        arguments: [
            ([1, 0x103], "it has 8 bytes, a report has 40"),
            ([2, 3], "it has version 2, this kplan knows 1"),
            ([1, 0x8000_0103] + cells.dropFirst(2), "its flags are 0x80000103"),
            (
                [1, 0x103, 0, 0, 0, 0, 0, 0, 0, 0],
                "it says 0 segments, 0 bytes, or a kernel at 0"
            ),
        ] as [([UInt32], String)])
    func malformed(cells: [UInt32], message: String) throws {
        try write(report: cells)
        for options in [[], ["--json"]] {
            let result = try Kplan.run(["status", "--root", "root"] + options, in: folder)
            #expect(
                result.errors == """
                    kplan: root/sys/firmware/devicetree/base/chosen/kplan,purgatory-report: is no report of purgatory: \(message); another \
                    program's, or of a kplan that this one doesn't know

                    """)
            #expect(result.status == 2 && result.output.isEmpty)
        }
    }

    @Test("What is there and can't be read is no \"there is none\"")
    func unreadable() throws {
        try write([0], "\(chosen)/bootargs")
        try write(Array("yes\u{1b}\n".utf8), "root/sys/kernel/kexec_loaded")
        let loop = folder / "root/sys/kernel/kexec_crash_loaded"
        _ = try Toolchain.run("ln", ["-s", "kexec_crash_loaded", loop], input: [])
        try expect(
            #"""
              started by    a boot loader, or a kexec that left no trace in the device tree
              next kernel   not known: root/sys/kernel/kexec_loaded: is malformed: "yes\u{1b}", due is 0 or 1
              crash kernel  not known: root/sys/kernel/kexec_crash_loaded: Too many levels of symbolic links (ELOOP)
            """#, 1)
        _ = try Toolchain.run("rm", ["-r", folder / chosen], input: [])
        try write([0], chosen)
        let result = try status()
        #expect(result.errors == "kplan: \(chosen): open: Not a directory (ENOTDIR)\n")
        #expect(result.status == 2 && result.output.isEmpty)
    }

    @Test("What is loaded is a plan, one of some, or nobody's; and how much is reserved for a crash kernel")
    func origins() throws {
        let ids = (1...2).map { String(repeating: "\($0)", count: 64) }
        func record(_ numbers: [Int], _ mayBeOther: Bool) -> [UInt8] {
            let plans = numbers.map {
                """
                {"id": "\(ids[$0 - 1])", "path": "/etc/kplan/\($0)\\u001b.json", "method": "kexec_file_load", "type": "normal"}
                """
            }
            let text = """
                {"format_version": "1.0", "boot_id": "b", "candidates": [\(plans.joined(separator: ","))], \
                "may_be_other": \(mayBeOther)}
                """
            return Array(text.utf8)
        }
        try write(Array("b\n".utf8), "root/proc/sys/kernel/random/boot_id")
        try write(Array("1\n".utf8), "root/sys/kernel/kexec_loaded")
        try write(Array("0\n".utf8), "root/sys/kernel/kexec_crash_loaded")
        try write(Array("268435456\n".utf8), "root/sys/kernel/kexec_crash_size")
        let (first, second) = (
            #"plan 1111111111111111 (/etc/kplan/1\u{1b}.json)"#,
            #"plan 2222222222222222 (/etc/kplan/2\u{1b}.json)"#
        )
        for (bytes, line) in [
            (record([1], false), "\(first), by kexec_file_load, as kplan's record has it"),
            (
                record([1, 2], false),
                "loaded by a kplan apply that was interrupted, or before it: \(first), or \(second)"
            ),
            (
                record([2], true),
                """
                loaded by a kplan apply that was interrupted, or before it: \(second), or something that isn't kplan's
                """
            ),
            (
                Array("[]".utf8),
                """
                loaded; from what is not known: root/run/kplan/loaded.json: found an array, due is an object
                """
            ),
        ] {
            try write(bytes, "root/run/kplan/loaded.json")
            let output = try status().output
            #expect(output.contains("\n  next kernel   \(line)\n"), "\(output)")
            #expect(output.contains("\n  crash kernel  none loaded; 256 MiB are reserved for it\n"))
        }
        let json = try status("--json").output
        #expect(json.contains(#""record": "unreadable""#) && json.contains(#""crash_memory": "0x10000000""#))
        try write(Array("0\n".utf8), "root/sys/kernel/kexec_crash_size")
        #expect(
            try status().output.contains("\n  crash kernel  none loaded; no memory is reserved for one\n"))
    }

    @Test func noRoot() throws {
        let result = try Kplan.run(["status", "--root", "elsewhere"], in: folder)
        #expect(result.errors == "kplan: elsewhere: open: No such file or directory (ENOENT)\n")
        #expect(result.status == 2 && result.output.isEmpty)
    }
}
