import KexecPlan

/// Plans for kexec_file_load that break no rule, made by hand.
enum SampleFileLoadPlan {
    /// A crash kernel for x86_64, with all that such a plan can have.
    static let x86 = FileLoadPlan(
        type: .crash,
        request: FileLoadRequest(
            commandLine: #"console=ttyS0 label="grün""#, flags: [.noCMA, .forceDTB], files: .original),
        inputs: [
            Input(role: .kernel, name: "vmlinuz", size: 0x9a_0000, sha256: .zero),
            Input(role: .initrd, name: "initrd.img", size: 0x123, sha256: .zero),
        ],
        kernel: .x86(
            BzImage(
                bootProtocol: 0x20f, version: "6.1.0-50-cloud-amd64", loadFlags: 1,
                extendedLoadFlags: 0x7f, isRelocatable: true, alignment: 0x20_0000,
                preferredAddress: 0x100_0000, initSize: 0x2c0_0000, commandLineLimit: 2047,
                initrdAddressLimit: 0x7fff_ffff, isSigned: true)))

    /// A restart of arm64, without an initrd.
    static let arm64 = FileLoadPlan(
        type: .normal,
        request: FileLoadRequest(commandLine: "console=ttyAMA0", flags: [.noCMA], files: .sealed),
        inputs: [Input(role: .kernel, name: "Image", size: 0x1a0_9fc0, sha256: .zero)],
        kernel: .arm64(
            KernelImage(textOffset: 0, imageSize: 0x1ab_0000, pageSize: .pages16K, placement: .anywhere)))

    static let all = [x86, arm64]
}
