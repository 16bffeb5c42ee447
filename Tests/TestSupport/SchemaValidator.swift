import Foundation

/// python3's jsonschema in a process of its own.
public enum SchemaValidator {
    /// Whether there is one.
    public static let isAvailable = (try? python("--check-import")) == "available\n"

    /// A schema of the repository.
    public static func schema(_ name: String) -> URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "schemas/\(name)")
    }

    /// Whether a schema is one itself.
    public static func isSchema(_ schema: URL) throws -> Bool {
        try python("--check-schema", schema.path) == "valid\n"
    }

    /// Whether the schema takes each of these documents of one line.
    public static func verdicts(_ documents: [some Collection<UInt8>], schema: URL) throws -> [Bool] {
        let file = FileManager.default.temporaryDirectory.appending(path: "kplan-\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(documents.joined(separator: [0x0a])).write(to: file)
        return try python("--validate", schema.path, file.path).split(separator: "\n").map {
            $0 == "valid"
        }
    }

    /// What the program prints.
    private static func python(_ arguments: String...) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program] + arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? String(decoding: text, as: UTF8.self) : ""
    }

    private static let program = """
        import json, sys
        from jsonschema import Draft202012Validator as Validator
        def load(path):
            with open(path, encoding="utf-8") as file:
                return json.load(file)
        if sys.argv[1] == "--check-import":
            print("available")
        elif sys.argv[1] == "--check-schema":
            Validator.check_schema(load(sys.argv[2]))
            print("valid")
        else:
            validator = Validator(load(sys.argv[2]))
            with open(sys.argv[3], encoding="utf-8") as file:
                for line in file:
                    print("valid" if validator.is_valid(json.loads(line)) else "invalid")
        """
}
