import Executor
import Files
import Glibc
import Testing

/// How the running kernel was booted, as far as its files say.
@Suite struct BootRecordTests {
    private let chosen = "sys/firmware/devicetree/base/chosen"

    @Test func everythingIsThere() throws {
        let folder = try MachineFolder([
            "proc/iomem": """
            40000000-bfffffff : System RAM
              79010000-7a4affff : Kernel code
              7a4b0000-7a7fffff : reserved

            """
        ])
        try folder.write([], "\(chosen)/linux,booted-from-kexec")
        try folder.write([1, 2, 3], "\(chosen)/kplan,purgatory-report")
        let record = try BootRecord(root: folder.path)
        #expect(record.isFromKexec == true)
        #expect(record.report == [1, 2, 3])
        #expect(record.kernelCode == 0x7901_0000)
    }

    @Test func theOldPlaceOfTheDeviceTree() throws {
        let folder = try MachineFolder()
        try folder.write([9], "proc/device-tree/chosen/kplan,purgatory-report")
        let record = try BootRecord(root: folder.path)
        #expect(record.isFromKexec == false && record.report == [9] && record.kernelCode == nil)
    }

    @Test func nothingIsThere() throws {
        let folder = try MachineFolder()
        let record = try BootRecord(root: folder.path)
        #expect(record.isFromKexec == nil && record.report == nil && record.kernelCode == nil)
    }

    /// Without privilege all addresses of /proc/iomem are zero.
    @Test(arguments: [
        "00000000-00000000 : Kernel code\n", "  zz-10 : Kernel code", " : Kernel code", "",
        "-\n- : Kernel code",
        "40000000-7fffffff : System RAM\n", "111112222233333444-1 : Kernel code",
    ])
    func noAddress(iomem: String) throws {
        let folder = try MachineFolder(["proc/iomem": iomem])
        #expect(try BootRecord(root: folder.path).kernelCode == nil)
    }

    @Test func unreadable() throws {
        let folder = try MachineFolder()
        try folder.write([], "\(chosen)/kplan,purgatory-report/file")
        let path = "\(folder.path)/\(chosen)/kplan,purgatory-report"
        #expect(throws: FileError.isDirectory(path: path)) { try BootRecord(root: folder.path) }
        #expect(throws: FileError.failed(.open, path: "/nowhere", errno: ENOENT)) {
            try BootRecord(root: "/nowhere")
        }
        #expect(throws: FileError.failed(.open, path: "/dev/null", errno: ENOTDIR)) {
            try BootRecord(root: "/dev/null")
        }
    }
}
