import KexecPlan
import Testing

@testable import Executor

/// What is known of the signatures of kernels before kexec_file_load (kernel/kexec_file.c, `kimage_validate_signature`).
struct SignaturePreflightTests {
    private func refusals(
        _ options: [String: String]?, lockdown: String = "integrity", isSigned: Bool?, policy: String? = nil
    ) throws -> [RefusalReason] {
        let modes = ["none", "integrity", "confidentiality"].map { $0 == lockdown ? "[\($0)]" : $0 }
        var state = try machine([
            "sys/kernel/security/lockdown": modes.joined(separator: " "),
            "sys/kernel/security/ima/policy": policy,
        ])
        if let options { state.read(options.map { .init(name: $0.key, value: $0.value) }) }
        let image = KernelImage(
            textOffset: 0, imageSize: 1 << 20, pageSize: .pages4K, placement: .anywhere)
        let attempt = FilesAttempt(
            flags: [], kernel: .arm64(image), kernelSize: 1 << 20, initrdSize: nil, commandLineSize: 1,
            files: .original, isSigned: isSigned)
        return LoadAttempt.files(attempt).refusals(on: state).map(\.reason)
    }

    private static let checking = ["CONFIG_KEXEC_SIG": "y"]
    private static let demanding = ["CONFIG_KEXEC_SIG": "y", "CONFIG_KEXEC_SIG_FORCE": "y"]
    private static let appraising = ["CONFIG_KEXEC_SIG": "y", "CONFIG_IMA_APPRAISE": "y"]

    @Test func lockdownTakesNoKernelWithoutOne() throws {
        let refused = [RefusalReason.file(.lockedDown(mode: "integrity", isSigned: false))]
        #expect(try refusals(Self.checking, isSigned: false) == refused)
        #expect(try refusals(Self.appraising, isSigned: false, policy: "measure func=BPRM_CHECK") == refused)
    }

    /// Whose key it is, the kernel alone knows; and where IMA appraises kernels, lockdown leaves them to it.
    @Test func lockdownLeavesTheRestToTheKernel() throws {
        #expect(try refusals(Self.checking, isSigned: true) == [])
        #expect(try refusals(Self.checking, isSigned: nil) == [])
        #expect(try refusals(Self.checking, lockdown: "none", isSigned: false) == [])
        #expect(try refusals(["CONFIG_KEXEC_FILE": "y"], isSigned: false) == [])
        #expect(try refusals(nil, isSigned: false) == [])
        #expect(try refusals(Self.appraising, isSigned: false) == [])
        let policy = "appraise func=KEXEC_KERNEL_CHECK appraise_type=imasig"
        #expect(try refusals(Self.appraising, isSigned: false, policy: policy) == [])
    }

    @Test func aKernelMayDemandThem() throws {
        #expect(try refusals(Self.demanding, lockdown: "none", isSigned: false) == [.file(.unsigned)])
        #expect(try refusals(Self.demanding, lockdown: "none", isSigned: true) == [])
        #expect(try refusals(Self.checking, lockdown: "none", isSigned: false) == [])
    }

    /// A kernel that was built without them doesn't say EPERM for the lack of one.
    @Test func lockdownOfAKernelThatLooksAtNone() throws {
        var state = try machine(["sys/kernel/security/lockdown": "none [integrity] confidentiality"])
        state.read([])
        let image = KernelImage(
            textOffset: 0, imageSize: 1 << 20, pageSize: .pages4K, placement: .anywhere)
        let attempt = LoadAttempt.files(
            FilesAttempt(
                flags: [], kernel: .arm64(image), kernelSize: 1 << 20, initrdSize: nil, commandLineSize: 1,
                files: .original, isSigned: false))
        let failure = LoadFailure(errno: 1, attempt: attempt, state: state)
        #expect(
            !failure.causes.contains { $0.reason == .file(.lockedDown(mode: "integrity", isSigned: false)) })
    }
}
