import Executor
import Files
import Glibc
import Testing

/// How the running kernel was booted, as far as its files say.
@Suite struct BootRecordTests {
    private let chosen = "sys/firmware/devicetree/base/chosen"

    @Test func everythingIsThere() throws {
        let folder = try MachineFolder()
        try folder.write([], "\(chosen)/linux,booted-from-kexec")
        try folder.write([1, 2, 3], "\(chosen)/kplan,purgatory-report")
        let record = try BootRecord(root: folder.path)
        #expect(record.isFromKexec == true)
        #expect(record.report == [1, 2, 3])
    }

    @Test func theOldPlaceOfTheDeviceTree() throws {
        let folder = try MachineFolder()
        try folder.write([9], "proc/device-tree/chosen/kplan,purgatory-report")
        let record = try BootRecord(root: folder.path)
        #expect(record.isFromKexec == false && record.report == [9])
    }

    @Test func nothingIsThere() throws {
        let folder = try MachineFolder()
        let record = try BootRecord(root: folder.path)
        #expect(record.isFromKexec == nil && record.report == nil)
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
