import Foundation
import Testing

/// Files of the repository that tests compare with.
enum Golden {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let schema = root.appending(path: "schemas/plan-1.schema.json")
    static let statusSchema = root.appending(path: "schemas/status-1.schema.json")
    static let samplePlan = root.appending(path: "Tests/Golden/sample-plan.json")

    static let sampleFileLoadPlan = root.appending(path: "Tests/Golden/sample-file-load-plan.json")

    /// The bytes of a golden file. With KPLAN_REGENERATE=1 in the environment `actual` is written to it first,
    /// and the test fails, since it has compared nothing.
    static func bytes(_ url: URL, actual: [UInt8]) throws -> [UInt8] {
        if ProcessInfo.processInfo.environment["KPLAN_REGENERATE"] == "1" {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(actual).write(to: url)
            Issue.record(
                "\(url.lastPathComponent) was written anew: review it, and run without KPLAN_REGENERATE")
        }
        return Array(try Data(contentsOf: url))
    }
}
