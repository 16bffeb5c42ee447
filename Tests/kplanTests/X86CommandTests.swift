import BootInputs
import KexecPlan
import PlanJSON
import TestSupport
import Testing

@testable import kplan

@Suite("Plans for x86_64")
struct X86CommandTests {
    let workshop: CommandWorkshop
    var folder: TemporaryFolder { workshop.folder }

    init() throws {
        workshop = try CommandWorkshop()
        try KernelFile.write("debian-6.1-cloud-amd64", to: folder / "bzImage")
    }

    private func make(_ options: String...) throws -> TestSupport.Kplan.Result {
        let arguments = [
            "make", "--method", "kexec_file_load", "--kernel", "bzImage", "--command-line", "quiet",
        ]
        return try TestSupport.Kplan.run(arguments + options, in: folder, environment: ["LC_ALL": "C.UTF-8"])
    }

    @Test("The kernel's file tells the architecture, and its header is in the plan")
    func made() throws {
        let result = try make("--force-dtb", "-o", "plan.json")
        #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
        guard case .kexecFileLoad(let plan) = try PlanJSON.decode(folder.read("plan.json")) else {
            Issue.record("a plan for kexec_load was made")
            return
        }
        #expect(plan.architecture == .x86 && plan.request.flags == [.forceDTB])
        let header = try BzImage(
            prefix: Fixture.kernelPrefix("debian-6.1-cloud-amd64"), fileSize: 14_149_568)
        #expect(plan.kernel == .x86(header))

        let sound = try workshop.kplan("verify", "plan.json")
        #expect(sound.status == 0 && sound.output.contains("ok  header"))
        let shown = try workshop.kplan("show", "plan.json")
        #expect(shown.output.contains("x86_64: 6.1.0-50-cloud-amd64 (") && shown.output.contains("signed"))
        #expect(shown.output.contains("the running kernel's own purgatory, which verifies one SHA-256"))
    }

    @Test("A header that was edited is found against the kernel")
    func edited() throws {
        _ = try make("-o", "plan.json")
        let text = try String(decoding: folder.read("plan.json"), as: UTF8.self)
        try folder.write(
            Array(text.replacing("\"signed\": true", with: "\"signed\": false").utf8), "plan.json")
        let result = try workshop.kplan("verify", "plan.json")
        #expect(result.status == 1)
        #expect(result.output.contains("its `kernel` is not what ./bzImage says in its header"))
        try folder.write(Array(text.replacing("\"0x20f\"", with: "\"0x20b\"").utf8), "plan.json")
        let broken = try workshop.kplan("verify", "plan.json")
        #expect(
            broken.output.contains(
                "the kernel has version 0x20b in its header, due is 0x20c (2.12) or later "
                    + "(arch/x86/kernel/kexec-bzimage64.c, bzImage64_probe())"))
    }

    @Test("Nothing switches the method: kexec_load is refused by name, whatever else is given")
    func withoutMethod() throws {
        let message = """
            bzImage: is a kernel for x86 (a bzImage), and kplan plans a kexec_load for arm64 alone: plan it with \
            --method kexec_file_load
            """
        expect(try workshop.kplan("make", "--kernel", "bzImage"), 64, message)
        expect(
            try workshop.kplan(
                "make", "--kernel", "bzImage", "--dtb", "fdt", "--memory-map", "iomem", "--method",
                "kexec_load"),
            64, message)
    }

    @Test func whatTheKernelWouldRefuse() throws {
        try KernelFile.write("debian-6.1-cloud-amd64", to: folder / "bzImage") {
            $0.patched(UInt16(0x7e), at: 0x236)
        }
        expect(
            try make(), 2,
            """
            bzImage: is a 32-bit kernel (xloadflags without XLF_KERNEL_64): on x86_64 kexec_file_load takes 64-bit \
            kernels only
            """)
        try folder.write([0x7f, 0x45, 0x4c, 0x46], "bzImage")
        expect(
            try make(), 2,
            """
            bzImage: is no kernel that kexec_file_load takes: neither an arm64 Image nor an x86_64 bzImage; it is an ELF \
            file: use arch/arm64/boot/Image or arch/x86/boot/bzImage of the kernel's build, not vmlinux
            """)
    }

    @Test func commandLine() throws {
        let long = String(repeating: "x", count: 2017)
        let arguments = ["make", "--method", "kexec_file_load", "--kernel", "bzImage", "--command-line"]
        expect(
            try TestSupport.Kplan.run(arguments + [long], in: folder), 2,
            """
            no plan can be made:
              command-line-reserve: the command line has 2017 bytes; the next kernel takes 2047, of which the running one keeps 31 for a crash \
            kernel's elfcorehdr=, whatever is loaded (arch/x86/kernel/kexec-bzimage64.c, bzImage64_load())
            """)
        let fits = try TestSupport.Kplan.run(arguments + [String(long.dropLast())], in: folder)
        #expect(fits.status == 0)
    }

    @Test("Every error about a bzImage is one line that says what is wrong")
    func texts() throws {
        let errors: [BzImageError] = [
            .shorterThanHeader(size: 3), .notABzImage(looksLike: .arm64Image),
            .notABzImage(looksLike: .elf), .protocolTooOld(version: 0x209), .zImage, .not64Bit,
            .notAbove4GiB, .notRelocatable(preferredAddress: 0x100_0000),
            .headerSizeOutOfRange(end: 0x282), .badAlignment(alignment: 3),
            .largerThanInitSize(contentSize: 0x200_0000, initSize: 4096),
            .truncated(fileSize: 5, expectedSize: 4096),
        ]
        let others = KernelFileKind.allCases.filter { $0 != .arm64Image && $0 != .bzImage }
        let texts =
            errors.map { Messages.text(for: $0) }
            + others.map { Messages.text(for: FileLoadKernelError.neither(looksLike: $0)) }
        try ShowGolden.expect(texts.joined(separator: "\n"), isIn: "messages-bzimage.txt")
    }

    #if !arch(x86_64)
        @Test func anotherMachine() throws {
            _ = try make("-o", "plan.json")
            expect(
                try workshop.kplan("apply", "plan.json", "--dry-run"), 1,
                """
                plan.json: does not fit this machine:
                  the plan is for x86_64, this machine is \(RunningMachine().architecture)
                """)
        }
    #endif
}
