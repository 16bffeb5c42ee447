import Files
import Glibc
import KexecPlan
import Testing

@testable import Executor

/// What the kernel was handed: files by their content.
private final class Recorder {
    var kernel: [UInt8]?
    var initrd: [UInt8]?
    var initrdNumber: Int32 = 0
    var commandLine: [UInt8] = []
    var flags: UInt = 0
    var result: Int32 = 0

    var loader: KexecFileLoad {
        KexecFileLoad { [self] kernel, initrd, commandLine, flags in
            self.kernel = Self.content(kernel)
            self.initrd = Self.content(initrd)
            initrdNumber = initrd
            self.commandLine = commandLine.map { UInt8(bitPattern: $0) }
            self.flags = flags
            return result
        }
    }

    /// As the kernel reads it: from the start, whatever was read through the descriptor before.
    private static func content(_ number: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = bytes.withUnsafeMutableBytes { pread(number, $0.baseAddress, $0.count, 0) }
        return count < 0 ? nil : Array(bytes.prefix(count))
    }
}

struct KexecFileLoadTests {
    let folder: MachineFolder

    init() throws { folder = try MachineFolder(["vmlinuz": "the kernel", "initrd": "the initrd"]) }

    private func sealed(_ name: String) throws -> LoadFile {
        .sealed(try SealedFile(copying: "\(folder.path)/\(name)"))
    }

    @Test func handsOverSealedCopies() throws {
        let recorder = Recorder()
        try recorder.loader.load(
            FileLoadCall(
                kernel: sealed("vmlinuz"), initrd: sealed("initrd"), commandLine: "quiet ä"))
        #expect(recorder.kernel == Array("the kernel".utf8))
        #expect(recorder.initrd == Array("the initrd".utf8))
        // The kernel demands the NUL (kernel/kexec_file.c).
        #expect(recorder.commandLine == Array("quiet ä".utf8) + [0])
        #expect(recorder.flags == 0)
    }

    @Test func handsOverTheFilesThemselves() throws {
        let kernel = try OpenedFile(folder.path + "/vmlinuz")
        // Read to its end, as for its digest.
        _ = try kernel.bytes()
        let recorder = Recorder()
        try recorder.loader.load(
            FileLoadCall(
                kernel: .original(kernel), initrd: .original(OpenedFile(folder.path + "/initrd")),
                commandLine: "", flags: [.onCrash, .debug, .noCMA, .forceDTB]))
        #expect(recorder.kernel == Array("the kernel".utf8))
        #expect(recorder.initrd == Array("the initrd".utf8))
        #expect(recorder.commandLine == [0])
        #expect(recorder.flags == 0x3a)
    }

    @Test func saysWhereThereIsNoInitrd() throws {
        let recorder = Recorder()
        try recorder.loader.load(
            FileLoadCall(kernel: sealed("vmlinuz"), initrd: nil, commandLine: "quiet", flags: .debug))
        #expect(recorder.initrdNumber == -1)
        // KEXEC_FILE_NO_INITRAMFS: without it the kernel looks at the descriptor.
        #expect(recorder.flags == 0xc)
    }

    @Test(arguments: [(.normal, 1), (.crash, 3)] as [(KexecType, UInt)])
    func unloads(type: KexecType, flags: UInt) throws {
        let recorder = Recorder()
        recorder.flags = 0xffff
        try recorder.loader.unload(type)
        #expect(recorder.flags == flags)
        #expect(recorder.kernel == nil && recorder.initrd == nil && recorder.commandLine == [])
    }

    @Test func saysWhatTheKernelSaid() throws {
        let recorder = Recorder()
        recorder.result = ENOEXEC
        let request = try FileLoadCall(kernel: sealed("vmlinuz"), initrd: nil, commandLine: "")
        #expect(throws: LoadError(errno: ENOEXEC)) { try recorder.loader.load(request) }
        #expect(throws: LoadError(errno: ENOEXEC)) { try recorder.loader.unload(.normal) }
    }

    /// The system call itself, with flags that every kernel refuses.
    @Test func callsTheRunningKernel() throws {
        let error = #expect(throws: LoadError.self) {
            try KexecFileLoad().load(
                FileLoadCall(
                    kernel: sealed("vmlinuz"), initrd: nil, commandLine: "",
                    flags: FileLoadFlags(rawValue: 1 << 30)))
        }
        let expected = [EPERM, EINVAL, ENOSYS, EACCES].map { LoadError(errno: $0) }
        #expect(expected.contains(try #require(error)))
    }
}
