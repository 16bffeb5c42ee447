import Foundation

/// The files of Tests/Fixtures.
public enum Fixture {
    /// The captured machines.
    public static let machines = [
        "1g-el1", "2g-el1", "2g-el1-6.12", "2g-el1-crash", "2g-el1-gic2-smp2", "2g-el1-its", "2g-el2-crash",
        "8g-el1-crash", "2g-efi-acpi", "2g-efi-dt",
    ]

    /// A copy of the machine's /proc/iomem.
    public static func iomem(_ machine: String) throws -> [UInt8] { try read("machines/\(machine)/iomem") }
    /// A copy of the machine's /sys/firmware/fdt.
    public static func fdt(_ machine: String) throws -> [UInt8] { try read("machines/\(machine)/fdt") }
    /// The first bytes of a kernel.
    public static func kernelPrefix(_ name: String) throws -> [UInt8] { try read("kernels/\(name).prefix") }

    /// A stand-in for purgatory's object, assembled from its source.
    public static var purgatory: [UInt8] {
        get throws { try assembledPurgatory.get() }
    }

    private static let assembledPurgatory = Result {
        try Toolchain.assembleWithPreprocessor(
            String(decoding: try read("purgatory/purgatory.S"), as: UTF8.self))
    }

    /// `/proc/cmdline`, without its line feed.
    public static func commandLine(_ machine: String) throws -> String {
        String(decoding: try read("machines/\(machine)/cmdline").dropLast(), as: UTF8.self)
    }

    private static func read(_ name: String) throws -> [UInt8] {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return Array(try Data(contentsOf: tests.appendingPathComponent("Fixtures/\(name)")))
    }
}

extension [UInt8] {
    /// The bytes with a little-endian number at `offset`.
    public func patched<Number: FixedWidthInteger>(_ number: Number, at offset: Int) -> [UInt8] {
        var bytes = self
        let patch = Swift.withUnsafeBytes(of: number.littleEndian) { Array($0) }
        bytes.replaceSubrange(offset..<offset + patch.count, with: patch)
        return bytes
    }

    /// Each of the bytes in turn replaced by some others, which keep little, much or all of it but one bit.
    public func forEachChangedByte(stride step: Int = 1, _ body: ([UInt8]) throws -> Void) rethrows {
        var bytes = self
        for index in Swift.stride(from: 0, to: count, by: step) {
            let original = bytes[index]
            for value in [0, 0xff, original ^ 1, original ^ 0x80, original &+ 1] where value != original {
                bytes[index] = value
                try body(bytes)
            }
            bytes[index] = original
        }
    }
}

extension Fixture {
    /// The machines of which there is a root folder.
    public static let roots = ["2g-el1-its", "2g-el2-crash", "2g-efi-acpi"]

    /// The path of a folder with copies of a machine's proc and sys, and its kernel's log.
    public static func root(_ machine: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/machines/\(machine)/root").path
    }
}
