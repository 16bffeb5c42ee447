import Foundation
import TestSupport

/// A folder that stands for / of a captured machine.
struct SavedRoot {
    let folder: TemporaryFolder
    var path: String { folder.path }

    init(_ machine: String, architecture: String = "aarch64", pageSize: UInt64 = 4096) throws {
        folder = try TemporaryFolder()
        for name in ["proc/self", "proc/sys/kernel", "sys/firmware", "sys/kernel"] {
            try FileManager.default.createDirectory(
                atPath: folder / name, withIntermediateDirectories: true)
        }
        try folder.write(Fixture.iomem(machine), "proc/iomem")
        try folder.write(Fixture.fdt(machine), "sys/firmware/fdt")
        try folder.write(Array("\(architecture)\n".utf8), "proc/sys/kernel/arch")
        try folder.write(Array("0\n".utf8), "sys/kernel/kexec_loaded")
        // AT_HWCAP, AT_PAGESZ, AT_NULL.
        let vector: [UInt64] = [16, 0x119fff, 6, pageSize, 0, 0]
        let bytes: [UInt8] = vector.flatMap { number in withUnsafeBytes(of: number.littleEndian) { Array($0) }
        }
        try folder.write(bytes, "proc/self/auxv")
    }

    /// Changes the memory map.
    func edit(_ change: (String) -> String) throws {
        let text = String(decoding: try folder.read("proc/iomem"), as: UTF8.self)
        try folder.write(Array(change(text).utf8), "proc/iomem")
    }

    /// Writes the kernel's log.
    func log(_ messages: String...) throws {
        try folder.write(Array(messages.map { "[    1.000000] \($0)\n" }.joined().utf8), "dmesg.txt")
    }

    /// Writes a property of the device tree's files, in a folder that may be new.
    func property(_ path: String, _ value: [UInt8]) throws {
        try FileManager.default.createDirectory(
            at: URL(fileURLWithPath: folder / path).deletingLastPathComponent(),
            withIntermediateDirectories: true)
        try folder.write(value, path)
    }

    /// Removes a file.
    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: folder / name)
    }

    /// Reserves something, as a line below the first System RAM that has it.
    func reserve(_ start: UInt64, _ last: UInt64, _ name: String) throws {
        try edit { "\($0)\(String(start, radix: 16))-\(String(last, radix: 16)) : \(name)\n" }
    }
}
