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
        let language = options.contains("-x") ? [] : ["-x", "assembler"]
        let arguments = ["--target=aarch64-none-elf"] + language + options + ["-c", "-"]
        return try run("clang", arguments + ["-o", "/dev/stdout"], input: Array(source.utf8))
    }

    /// The same, of assembly with preprocessor directives.
    public static func assembleWithPreprocessor(_ source: String, _ options: [String] = []) throws -> [UInt8]
    {
        try assemble(source, ["-x", "assembler-with-cpp"] + options)
    }

    /// What the toolchain's ld.lld makes of an object.
    public static func link(_ object: [UInt8], _ options: [String]) throws -> [UInt8] {
        let folder = try TemporaryFolder()
        let file = try folder.write(object, "object.o")
        return try run("ld.lld", options + [file, "-o", "/dev/stdout"], input: [])
    }

    /// The tree that dtc makes of a source.
    public static func compileDeviceTree(_ source: String) throws -> [UInt8] {
        try run("dtc", ["-q", "-I", "dts", "-O", "dtb"], input: Array(source.utf8))
    }

    /// The source that dtc makes of a tree.
    public static func decompileDeviceTree(_ tree: [UInt8]) throws -> String {
        String(decoding: try run("dtc", ["-q", "-I", "dtb", "-O", "dts"], input: tree), as: UTF8.self)
    }

    /// Writes a shell script that can be run. Another process writes it: tests beside this one fork, and a child of theirs
    /// that had it open for writing would make it "Text file busy".
    public static func writeProgram(_ script: String, _ path: String) throws {
        _ = try run(
            "/bin/sh", ["-c", #"cat >"$0" && chmod 755 "$0""#, path],
            input: Array("#!/bin/sh\n\(script)\n".utf8))
    }

    /// The standard output of a program that is looked for as a shell does.
    public static func run(_ program: String, _ arguments: [String], input: [UInt8]) throws -> [UInt8] {
        let folder = try TemporaryFolder()
        let inputFile = URL(fileURLWithPath: folder / "in")
        let outputFile = URL(fileURLWithPath: folder / "out")
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
