import Arm64
import CKexec
import Files
import Glibc
import KexecPlan
import Testing

@testable import Executor

/// A segment of zeros.
func segment(
    _ role: SegmentRole, _ address: UInt64, _ memorySize: UInt64, content: Int = 0
) -> LoadSegment {
    LoadSegment(
        role: role, address: PhysicalAddress(address), memorySize: memorySize,
        content: .made([UInt8](repeating: 0, count: content)))
}

/// What the kernel was handed.
private final class Recorder {
    struct Segment: Equatable {
        var content: [UInt8]
        var address: UInt64
        var memorySize: Int
    }
    var entry: UInt64 = 0
    var flags: UInt = 0
    var segments: [Segment] = []
    var result: Int32 = 0

    var loader: KexecLoad {
        KexecLoad { [self] entry, segments, flags in
            self.entry = entry
            self.flags = flags
            self.segments = segments.map { segment in
                let bytes = UnsafeRawBufferPointer(start: segment.buffer, count: segment.buffer_size)
                return Segment(
                    content: Array(bytes), address: segment.address, memorySize: segment.memory_size)
            }
            return result
        }
    }
}

struct KexecLoadTests {
    @Test func handsOverWhatThePlanSays() throws {
        let folder = try MachineFolder(["initrd": "the initrd"])
        let initrd = try PrivateBytes(reading: folder.path + "/initrd")
        let recorder = Recorder()
        try recorder.loader.load(
            LoadRequest(
                entry: PhysicalAddress(0x5400_3000),
                segments: [
                    LoadSegment(
                        role: .kernel, address: PhysicalAddress(0x5000_0000), memorySize: 0x2000,
                        content: .made([1, 2, 3])),
                    LoadSegment(
                        role: .initrd, address: PhysicalAddress(0x5002_0000), memorySize: 0x1000,
                        content: .file(initrd)),
                    segment(.purgatory, 0xffff_ffff_ffff_f000, 0x1000),
                ]))
        #expect(recorder.entry == 0x5400_3000)
        // KEXEC_ARCH_AARCH64 of include/uapi/linux/kexec.h.
        #expect(recorder.flags == 183 << 16)
        #expect(
            recorder.segments == [
                .init(content: [1, 2, 3], address: 0x5000_0000, memorySize: 0x2000),
                .init(content: Array("the initrd".utf8), address: 0x5002_0000, memorySize: 0x1000),
                .init(content: [], address: 0xffff_ffff_ffff_f000, memorySize: 0x1000),
            ])
    }

    @Test func addsTheArchitectureToTheFlags() throws {
        let recorder = Recorder()
        try recorder.loader.load(
            LoadRequest(entry: .zero, flags: [.onCrash, .debug], segments: []))
        #expect(recorder.flags == 0x00b7_0011)
    }

    @Test func unloadsByLoadingNothing() throws {
        let recorder = Recorder()
        recorder.entry = 1
        recorder.segments = [.init(content: [], address: 0, memorySize: 0)]
        try recorder.loader.unload(.normal)
        #expect(recorder.entry == 0 && recorder.segments == [] && recorder.flags == 183 << 16)
        try recorder.loader.unload(.crash)
        #expect(recorder.segments == [] && recorder.flags == 183 << 16 | 1)
    }

    @Test func saysWhatTheKernelSaid() {
        let recorder = Recorder()
        recorder.result = EBUSY
        #expect(throws: LoadError(errno: EBUSY)) {
            try recorder.loader.load(LoadRequest(entry: .zero, segments: []))
        }
    }

    /// The system call itself, with a request that every kernel refuses: more than 16 segments.
    @Test func callsTheRunningKernel() throws {
        let segments = (0..<17).map { segment(.kernel, $0 << 32, 0x1000) }
        let error = #expect(throws: LoadError.self) {
            try KexecLoad().load(LoadRequest(entry: .zero, segments: segments))
        }
        let expected = [EPERM, EINVAL, ENOSYS, EACCES].map { LoadError(errno: $0) }
        #expect(expected.contains(try #require(error)))
    }
}

struct JumpTests {
    private func steps(_ loaded: String?, reboot: Int32 = EINVAL, namespace: String? = nil) throws -> (
        [String], JumpError?
    ) {
        let folder = try MachineFolder(loaded.map { ["sys/kernel/kexec_loaded": $0] } ?? [:])
        if let namespace { try folder.link(namespace, "proc/self/ns/pid") }
        var steps: [String] = []
        let jump = Jump(
            root: folder.path, synchronize: { steps.append("sync") },
            reboot: {
                steps.append("reboot")
                return reboot
            })
        do throws(JumpError) {
            try jump.perform()
            return (steps, nil)
        } catch {
            return (steps, error)
        }
    }

    @Test func writesTheDisksFirst() throws {
        #expect(try steps("1\n", reboot: EPERM) == (["sync", "reboot"], .refused(errno: EPERM)))
    }

    /// reboot(2) would say EINVAL.
    @Test func staysInAPIDNamespace() throws {
        #expect(try steps("1", namespace: "pid:[4026532208]") == ([], .inPIDNamespace("pid:[4026532208]")))
        #expect(try steps("1", reboot: EPERM, namespace: "pid:[4026531836]").0 == ["sync", "reboot"])
    }

    @Test func refusesWithoutALoadedKernel() throws {
        #expect(try steps("0\n") == ([], .nothingLoaded))
        #expect(try steps(nil) == ([], .notSupported))
        #expect(try steps("") == ([], .notKnown))
    }
}
