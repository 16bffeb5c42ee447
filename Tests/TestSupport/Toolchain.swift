import Foundation

/// Programs that tests run.
public enum Toolchain {
    /// A program ended with another status than 0.
    public struct Failure: Error {
        /// Its name.
        public var program: String
        /// Its exit status.
        public var status: Int32
        /// What it wrote on standard error.
        public var output: String
    }

    /// An object that the toolchain's clang makes of assembly for the bare machine.
    public static func assemble(_ source: String, _ options: [String] = []) throws -> [UInt8] {
        let arguments = ["--target=aarch64-none-elf", "-x", "assembler", "-c", "-"] + options
        return try run("clang", arguments + ["-o", "/dev/stdout"], input: Array(source.utf8))
    }

    /// The tree that dtc makes of a source.
    public static func compileDeviceTree(_ source: String) throws -> [UInt8] {
        try run("dtc", ["-q", "-I", "dts", "-O", "dtb"], input: Array(source.utf8))
    }

    /// The source that dtc makes of a tree.
    public static func decompileDeviceTree(_ tree: [UInt8]) throws -> String {
        String(decoding: try run("dtc", ["-q", "-I", "dtb", "-O", "dts"], input: tree), as: UTF8.self)
    }

    /// The standard output of a program that is looked for as a shell does.
    public static func run(_ program: String, _ arguments: [String], input: [UInt8]) throws -> [UInt8] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let inputFile = folder.appendingPathComponent("in")
        let outputFile = folder.appendingPathComponent("out")
        try Data(input).write(to: inputFile)
        try Data().write(to: outputFile)

        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments.map { $0 == "/dev/stdout" ? outputFile.path : $0 }
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        let errors = Pipe()
        process.standardError = errors
        if !arguments.contains("/dev/stdout") {
            process.standardOutput = try FileHandle(forWritingTo: outputFile)
        }
        try process.run()
        let output = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(
                program: program, status: process.terminationStatus,
                output: String(decoding: output, as: UTF8.self))
        }
        return Array(try Data(contentsOf: outputFile))
    }
}
