import Glibc
import TestSupport
import Testing

@testable import Files

/// The kernel's log, and what programs write between its lines.
@Suite struct KernelMessagesTests {
    private func texts(_ messages: KernelMessages) throws -> [String] {
        var texts: [String] = []
        try messages.forEach { texts.append($0.text) }
        return texts
    }

    @Test("What a program wrote is not the kernel's word, however it looks")
    func facilities() throws {
        let folder = try TemporaryFolder()
        let log = """
            6,1,100,-;GICv3: using LPI property table @0x421a0000
             SUBSYSTEM=none
            14,2,200,-;GICv3: using LPI property table @0x40000000
            4,3,300,-,caller=T1;the last; of all
            """
        try folder.write(Array(log.utf8), "kmsg")
        let messages = try KernelMessages(folder / "kmsg", isFromNow: false)
        #expect(try texts(messages) == ["GICv3: using LPI property table @0x421a0000", "the last; of all"])
        #expect(try texts(messages) == [])
        #expect(try texts(KernelMessages(folder / "kmsg", isFromNow: true)) == [])
        #expect(
            KernelMessages.saved(Array("<6>[    0.1] one\n<14>[    0.2] two\n[    0.3] three\nfour\n".utf8))
                == ["one", "three", "four"])
    }

    @Test(
        "What dmesg and journalctl print",
        arguments: [
            "[    0.000000][    T0] text [of it]", "[    0.000000] [   C12] text [of it]",
            "<6>[1.5] text [of it]",
            "[Mon Nov 23 13:13:54 2026] text [of it]", "Nov 23 13:13:54 host kernel: text [of it]",
            "2026-11-23T13:13:54+0100 host kernel: text [of it]",
            "Nov  3 13:13:54 host kernel: [    0.1] text [of it]",
            "text [of it]",
        ])
    func lines(line: String) {
        #expect(KernelMessages.saved(Array(line.utf8)) == ["text [of it]"])
    }

    @Test(
        "Brackets and colons of the kernel's own stay",
        arguments: ["[drm] ready", "GICv3 says to kernel: no", "kernel: x", ""])
    func plainLines(line: String) {
        #expect(KernelMessages.saved(Array(line.utf8)) == (line.isEmpty ? [] : [line]))
    }

    @Test("A record may be cut anywhere by a read")
    func manyRecords() throws {
        let folder = try TemporaryFolder()
        let lines = (0..<3000).map { "line \($0)" }
        let log = lines.enumerated().map { "6,\($0),\($0),-;\($1)\n" }.joined()
        try folder.write(Array(log.utf8), "kmsg")
        #expect(try texts(KernelMessages(folder / "kmsg", isFromNow: false)) == lines)
    }
}
