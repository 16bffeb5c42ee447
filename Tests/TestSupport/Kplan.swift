import Foundation

/// The kplan executable that was built with the tests.
public enum Kplan {
    /// What a run came to.
    public struct Result {
        /// The exit status; the number of the signal with a minus where one ended it.
        public var status: Int32
        /// What it wrote on standard output.
        public var output: String
        /// What it wrote on standard error.
        public var errors: String
    }

    /// Where it is: beside the test bundle, which is the running program.
    public static var path: String {
        get throws {
            let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            return URL(fileURLWithPath: program).deletingLastPathComponent()
                .appendingPathComponent("kplan").path
        }
    }

    /// Runs it to its end.
    /// - Parameters:
    ///   - workingFolder: where it runs: what it is told, and what it says, needs no path then.
    ///   - environment: variables that differ from the tests' own.
    ///   - name: what a link to it is called, by which it is run.
    ///   - isUnprivileged: whether it has no capability, even where the tests are root's.
    public static func run(
        _ arguments: [String], in workingFolder: TemporaryFolder? = nil, environment: [String: String] = [:],
        as name: String? = nil, isUnprivileged: Bool = false
    ) throws -> Result {
        let folder = try TemporaryFolder()
        var program = try path
        if let name {
            try FileManager.default.createSymbolicLink(atPath: folder / name, withDestinationPath: program)
            program = folder / name
        }
        let output = try folder.write([], "out")
        let errors = try folder.write([], "errors")
        let process = Process()
        if isUnprivileged, geteuid() == 0 {
            process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
            process.arguments = ["--inh-caps=-all", "--bounding-set=-all", program] + arguments
        } else {
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = arguments
        }
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let workingFolder { process.currentDirectoryURL = URL(fileURLWithPath: workingFolder.path) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
        try process.run()
        process.waitUntilExit()
        let signal = process.terminationReason == .uncaughtSignal
        let result = Result(
            status: signal ? -process.terminationStatus : process.terminationStatus,
            output: String(decoding: try folder.read("out"), as: UTF8.self),
            errors: String(decoding: try folder.read("errors"), as: UTF8.self))
        if result.status == 0 { try MadePlans.collect(from: result, of: arguments, in: workingFolder?.path) }
        return result
    }
}
