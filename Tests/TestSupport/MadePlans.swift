import Foundation

/// The plans that kplan makes in tests, kept where `KPLAN_TEST_PLANS` names a folder: `Tests/checks/schema` validates them.
enum MadePlans {
    private static let folder = ProcessInfo.processInfo.environment["KPLAN_TEST_PLANS"]

    /// Keeps what a run has made: the file after `-o`, and what was printed. A plan that is there already is the same file.
    static func collect(from result: Kplan.Result, of arguments: [String], in workingFolder: String?) throws {
        guard let folder else { return }
        var documents = [Data(result.output.utf8)]
        let base = URL(fileURLWithPath: workingFolder ?? FileManager.default.currentDirectoryPath)
        for (option, value) in zip(arguments, arguments.dropFirst())
        where ["-o", "--output"].contains(option) {
            if let made = try? Data(contentsOf: URL(fileURLWithPath: value, relativeTo: base)) {
                documents.append(made)
            }
        }
        for document in documents where isPlan(document) {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            // FNV-1a: a name, which only has to tell them apart.
            let name = document.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
                ($0 ^ UInt64($1)) &* 0x100_0000_01b3
            }
            try document.write(
                to: URL(fileURLWithPath: "\(folder)/\(String(name, radix: 16)).json"), options: .atomic)
        }
    }

    private static func isPlan(_ document: Data) -> Bool {
        document.starts(with: Data("{".utf8)) && document.contains(Data("\"method\": \"kexec_".utf8))
    }
}

extension Data {
    fileprivate func contains(_ other: Data) -> Bool { range(of: other) != nil }
}
