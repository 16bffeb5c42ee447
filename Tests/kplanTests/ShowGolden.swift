import Glibc
import Testing

/// Files of Tests/Golden that show texts as they have to be.
enum ShowGolden {
    /// Beside the folder that this file is in.
    private static let folder =
        #filePath.split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" } + "/Golden"

    /// Compares `text` with the file. With `KPLAN_REGENERATE=1` the file is written instead, and the test fails
    /// all the same: nothing was tested.
    static func expect(
        _ text: String, isIn name: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let path = "\(folder)/\(name)"
        let bytes = Array((text + "\n").utf8)
        if getenv("KPLAN_REGENERATE") != nil {
            let file = try #require(fopen(path, "w"))
            #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
            fclose(file)
            Issue.record("\(name) was written anew, not compared", sourceLocation: sourceLocation)
            return
        }
        let file = try #require(fopen(path, "r"), "\(name) is missing")
        defer { fclose(file) }
        var expected = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&expected, 1, expected.count, file)
        let lines = String(decoding: expected.prefix(count), as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(
            (text + "\n").split(separator: "\n", omittingEmptySubsequences: false) == lines,
            sourceLocation: sourceLocation)
    }
}
