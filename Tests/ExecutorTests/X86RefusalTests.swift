import Files
import KexecPlan
import Testing

@testable import Executor

/// What an x86_64 kernel has against a bzImage (arch/x86/kernel/kexec-bzimage64.c), as far as it is known before.
struct X86RefusalTests {
    private static let bzImage = BzImage(
        bootProtocol: 0x20f, version: nil, loadFlags: 1, extendedLoadFlags: 0x7f, isRelocatable: true,
        alignment: 0x20_0000, preferredAddress: 0x100_0000, initSize: 0x337_8000, commandLineLimit: 2047,
        initrdAddressLimit: 0x7fff_ffff, isSigned: true)

    private func refusals(
        _ changes: [String: String?] = [:], architecture: String = "x86_64", commandLineSize: UInt64 = 6,
        change: (inout BzImage) -> Void = { _ in }
    ) throws -> [RefusalReason] {
        var image = Self.bzImage
        change(&image)
        let attempt = FilesAttempt(
            flags: [], kernel: .x86(image), kernelSize: 14_149_568, initrdSize: nil,
            commandLineSize: commandLineSize, files: .sealed)
        return LoadAttempt.files(attempt)
            .refusals(on: try machine(changes, architecture: architecture)).map(\.reason)
    }

    @Test func nothing() throws {
        #expect(try refusals() == [])
        #expect(try refusals(commandLineSize: 2017) == [])
    }

    @Test func pageTablesOfFiveLevels() throws {
        let five = ["proc/cpuinfo": "processor\t: 0\nflags\t\t: fpu vme la57 lm\n\nprocessor\t: 1\n"]
        let four = ["proc/cpuinfo": "processor\t: 0\nflags\t\t: fpu vme la57x lm\n"]
        #expect(try refusals(five) == [])
        #expect(try refusals(five) { $0.extendedLoadFlags = 0x5f } == [.file(.noFiveLevelEntry)])
        #expect(try refusals(four) { $0.extendedLoadFlags = 0x5f } == [])
        #expect(try refusals { $0.extendedLoadFlags = 0x5f } == [])
    }

    @Test func firmware() throws {
        let size = "sys/firmware/efi/fw_platform_size"
        #expect(try refusals([size: "64\n"]) == [])
        let variable = "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
        #expect(try refusals([size: "32\n", variable: "\0"]) == [.file(.firmwareOf32Bits)])
        // Without the runtime services of EFI it is no obstacle.
        #expect(try refusals([size: "32\n"]) == [])
        #expect(
            MachineState.hasRuntimeServices(MachineFiles(root: "/none"), ["efi=debug,noruntime"]) == false)
        #expect(MachineState.hasRuntimeServices(MachineFiles(root: "/none"), ["efi=debug"]) == nil)
    }

    @Test func plan() throws {
        #expect(
            try refusals(commandLineSize: 2018) == [.file(.commandLineTooLong(size: 2018, limit: 2017))])
        #expect(try refusals(architecture: "aarch64") == [.otherArchitecture(running: "aarch64", due: .x86)])
    }
}
