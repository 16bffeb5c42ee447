import Foundation
import TestSupport
import Testing

@Suite("Completion leads to files")
struct CompletionTests {
    /// What bash completes at the end of a line, in a folder with plan.json, places and Image.
    private func completions(_ words: String...) throws -> [String] {
        let folder = try TemporaryFolder()
        for name in ["plan.json", "Image"] { try folder.write([], name) }
        try FileManager.default.createDirectory(atPath: folder / "places", withIntermediateDirectories: false)
        let script = try Kplan.run(["--generate-completion-script", "bash"])
        try folder.write(Array(script.output.utf8), "completion")
        let list = (["kplan"] + words).map { "'\($0)'" }.joined(separator: " ")
        try folder.write(
            Array(
                """
                PATH=$PWD:$PATH
                source ./completion
                COMP_WORDS=(\(list)) COMP_CWORD=\(words.count) COMP_LINE="${COMP_WORDS[*]}"
                COMP_POINT=${#COMP_LINE}
                _kplan kplan "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}" 2>/dev/null
                printf '%s\\n' "${COMPREPLY[@]}"
                """.utf8), "run")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["run"]
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init).sorted()
    }

    @Test func arguments() throws {
        #expect(try completions("show", "p").contains("plan.json"))
        #expect(try completions("apply", "p").contains("plan.json"))
        #expect(try completions("bundle", "p").contains("plan.json"))
        #expect(try completions("make", "--kernel", "I") == ["Image"])
        #expect(try completions("emit", "plan.json", "--output-dir", "p") == ["places"])
    }
}
