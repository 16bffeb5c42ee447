import Arm64
import Glibc
import KexecPlan
import PlanJSON
import TestSupport
import Testing

@testable import Executor
@testable import kplan

@Suite("Texts of errors")
struct ErrorTextTests {
    @Test("Each broken rule is one line: its name, what breaks it, where it stands")
    func violations() throws {
        let violations = try everyViolation()
        #expect(Set(violations.map(\.rule)) == Set(Violation.Rule.allCases))
        let texts = violations.map { Messages.text(for: $0) }
        for (violation, text) in zip(violations, texts) {
            #expect(!text.contains { $0.isNewline })
            #expect(text.hasPrefix("\(violation.rule.rawValue): "))
            #expect(text.hasSuffix(" (\(violation.rule.source))"))
            #expect(text.wholeMatch(of: /.*[^. ] \(.+\)/) != nil)
        }
        try ShowGolden.expect(texts.joined(separator: "\n"), isIn: "messages-violations.txt")
    }

    @Test("What is no plan")
    func decoding() throws {
        let reasons: [PlanDecodingError.Reason] = [
            .tooLarge(size: 67_108_865, limit: 67_108_864), .notUTF8(offset: 7),
            .unexpectedByte(0x2c, offset: 12), .unexpectedByte(0, offset: 12), .unexpectedEnd(offset: 0),
            .unexpectedEnd(offset: 99), .unpairedSurrogate(offset: 5), .zeroInKey(offset: 5),
            .tooDeep(limit: 32), .duplicateKey, .missing, .otherMajorVersion("2.0", known: "1.0"),
            .outOfMemory, .tooLong(count: 17, limit: 8),
            .unexpected(.integer(5), due: .hexNumber), .unexpected(.null, due: .object),
            .unexpected(.boolean(true), due: .array), .unexpected(.number("1.5"), due: .string),
            .unexpected(.array, due: .integer(0...4)), .unexpected(.object, due: .signedHexNumber),
            .unexpected(.string("\u{1b}\n"), due: .digest), .unexpected(.string("x"), due: .oneOf(["arm64"])),
            .unexpected(.string("x"), due: .oneOf(["4K", "16K", "64K"])),
            .unexpected(.string("x"), due: .hexNumberOr(["region-table", "own-digest"])),
            .unexpected(.string("x"), due: .console(kinds: ["pl011", "raw"])),
            .unexpected(.string("0x0"), due: .hexNumberAbove(0x1000)),
            .unexpected(.string("1"), due: .version),
        ]
        let texts = reasons.map {
            Messages.text(for: PlanDecodingError(path: "segments[2].address", reason: $0))
        }
        try ShowGolden.expect(texts.joined(separator: "\n"), isIn: "messages-decoding.txt")
    }

    @Test("A text from a file stays short")
    func longText() {
        let error = PlanDecodingError(
            path: "method",
            reason: .unexpected(.string(String(repeating: "x", count: 100_000)), due: .string))
        #expect(Messages.text(for: error).count < 300)
    }

    @Test("The name of an error is always given")
    func errnoNames() {
        #expect(Messages.text(errno: EPERM) == "Operation not permitted (EPERM)")
        #expect(Messages.text(errno: EADDRNOTAVAIL) == "Cannot assign requested address (EADDRNOTAVAIL)")
        #expect(Messages.text(errno: 9999).hasSuffix("(errno 9999)"))
    }

    @Test("A refusal: what was seen comes first, what may be comes with where it would show")
    func refusal() throws {
        let root = try TemporaryFolder()
        _ = try Toolchain.run("mkdir", ["-p", root / "proc/self", root / "sys/kernel/security"], input: [])
        try root.write(Array("CapEff:\t0000000000000000\nSeccomp:\t2\n".utf8), "proc/self/status")
        try root.write(Array("         0          0 4294967295\n".utf8), "proc/self/uid_map")
        try root.write(Array("[none] integrity confidentiality\n".utf8), "sys/kernel/security/lockdown")
        try root.write(Array("lockdown,capability,apparmor\n".utf8), "sys/kernel/security/lsm")
        let state = MachineState(root: root.path, architecture: "aarch64", pageSize: 4096)
        var failure = LoadFailure(errno: EPERM, attempt: nothing, state: state)
        #expect(
            Messages.text(failure) == """
                kexec_load failed: Operation not permitted (EPERM)
                because
                  - this process has no CAP_SYS_BOOT: run kplan as root (see /proc/self/status)
                perhaps also because
                  - kernel.kexec_load_disabled is 1: nothing can be loaded until the next boot (to find \
                out, see /proc/sys/kernel/kexec_load_disabled)
                  - a filter of system calls (seccomp), of a container or a service, doesn't let the call \
                through: run kplan outside of it (to find out, see /proc/self/status)
                """)
        failure.causes.removeAll { $0.certainty == .certain }
        #expect(Messages.text(failure).contains("(EPERM)\nperhaps because\n  - kernel.kexec_load_disabled"))
        failure.causes = []
        #expect(
            Messages.text(failure) == """
                kexec_load failed: Operation not permitted (EPERM)
                no known cause fits; see the kernel's log (dmesg)
                """)
    }

    private let nothing = LoadAttempt.segments(SegmentsAttempt(flags: [], segments: []))

    private let fileRefusals: [FileRefusal] = [
        .empty(.initrd), .tooLarge(.kernel, size: 1 << 33, limit: 1 << 32), .unreadable, .openForWriting,
        .notAKernel(.arm64), .notAKernel(.x86), .noFiveLevelEntry, .firmwareOf32Bits,
        .pageSizeUnsupported(.pages16K), .byteOrder,
        .commandLineTooLong(size: 2048, limit: 2017),
        .noRoom(kernel: 1 << 28, initrd: nil, alignment: 2 << 20, .normal, largest: nil),
        .noRoom(kernel: 1 << 28, initrd: 1 << 20, alignment: 2 << 20, .normal, largest: 1 << 26),
        .noRoom(kernel: 1 << 28, initrd: 1 << 20, alignment: 2 << 20, .crash, largest: 1 << 26),
        .signatureRejected, .keyUnknown, .algorithmMissing,
        .signatureDamaged, .unsigned, .lockedDown(mode: nil, isSigned: nil),
        .lockedDown(mode: "integrity", isSigned: false),
        .otherFileSystem(.sealed), .otherFileSystem(.original), .notAppraised(.sealed),
        .notAppraised(.original), .deviceTreeNotMade, .poisonedByTDX,
    ]

    @Test("Each reason for a refusal")
    func reasons() throws {
        let address = PhysicalAddress(0x5400_0800)
        let reasons: [RefusalReason] =
            [
                .noCapability, .inUserNamespace, .loadingDisabled, .limitReached, .loadPin,
                .lockedDown(mode: nil), .lockedDown(mode: "integrity"), .filtered, .signatureRequired,
                .forbiddenByPolicy(modules: []), .forbiddenByPolicy(modules: ["selinux", "ipe"]), .otherLoad,
                .processorsStuck(enableMethods: []), .processorsStuck(enableMethods: ["spin-table"]),
                .protectedKVM,
                .notPageAligned(.dtb, start: address, memorySize: 0x3000, pageSize: 0x1_0000),
                .beyondAddressSpace(.dtb, start: address, memorySize: .max), .outsideCrashMemory(size: nil),
                .outsideCrashMemory(size: 0), .outsideCrashMemory(size: 1 << 28),
                .otherArchitecture(running: "x86_64", due: .arm64), .tooManySegments(count: 17, limit: 16),
                .overlap(.dtb, .purgatory), .contentTooLarge(.kernel, content: 0x2001, memorySize: 0x2000),
                .moreThanHalfOfMemory(needed: 1 << 30, limit: nil),
                .moreThanHalfOfMemory(needed: 1 << 30, limit: 1 << 29),
                .unknownFlags(LoadFlags(rawValue: 0xc), since: KernelVersion(6, 10)),
                .unknownFlags(.debug, since: KernelVersion(7, 3)),
                .unknownFlags([.debug, .onCrash], since: nil),
                .outOfMemory(needed: 1 << 30, available: nil),
                .outOfMemory(needed: 1 << 30, available: 1 << 20),
                .notBuiltIn(.kexecLoad, other: nil), .notBuiltIn(.kexecFileLoad, other: .kexecLoad),
                .contentUnreadable,
                .unknownFileFlag(.debug, since: KernelVersion(6, 8)),
                .unknownFileFlag(.noCMA, since: KernelVersion(6, 17)),
            ] + fileRefusals.map { .file($0) } + [.otherArchitecture(running: "aarch64", due: .x86)]
        let evidence: [LoadFailure.Evidence] = [
            .file("/proc/meminfo"), .kernelLog("Can't kexec"), .configuration("CONFIG_KEXEC"), .request,
        ]
        var failure = LoadFailure(errno: ENOSYS, attempt: nothing, state: MachineState())
        failure.causes = reasons.enumerated().map { index, reason in
            LoadFailure.Cause(reason: reason, certainty: .certain, evidence: [evidence[index % 4]])
        }
        try ShowGolden.expect(Messages.text(failure), isIn: "messages-refusals.txt")
    }
}
