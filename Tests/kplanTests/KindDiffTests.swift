import KexecPlan
import PlanJSON
import TestSupport
import Testing

@testable import kplan

@Suite("Plans for kexec_file_load, beside each other and beside one for kexec_load")
struct KindDiffTests {
    private static let style = Style(width: 1000, color: false, ascii: false)

    private static func files(of plan: Plan) -> FileLoadPlan {
        FileLoadPlan(
            type: .normal,
            request: FileLoadRequest(
                commandLine: plan.request.commandLine ?? "", flags: [.noCMA], files: .sealed),
            inputs: plan.inputs.filter { [.kernel, .initrd].contains($0.role) },
            kernel: .arm64(plan.kernel))
    }

    private static let bzImage = BzImage(
        bootProtocol: 0x20f, version: "6.1", loadFlags: 1, extendedLoadFlags: 0x7f, isRelocatable: true,
        alignment: 0x20_0000, preferredAddress: 0x100_0000, initSize: 0x300_0000, commandLineLimit: 2047,
        initrdAddressLimit: 0x7fff_ffff, isSigned: false)

    @Test func sameInputsByOtherCall() throws {
        let plan = try samplePlan()
        let files = Self.files(of: plan)
        let lines = try #require(PlanDiff(.kexecLoad(plan), .kexecFileLoad(files)).lines(Self.style))
        #expect(
            lines == [
                "What changed",
                "  system call   kexec_load → kexec_file_load",
                "  flags         + no-cma",
                "  kernel        unchanged",
                "  initrd        unchanged",
                "  command line  unchanged",
                "",
                "What follows from it",
                "  layout        every segment's address is planned → decided by the running kernel when it loads",
                "  device tree   the one that was given, with the plan's changes → the running one, with the kernel's own changes",
                "  seeds         as the plan says: drawn by apply, or none → drawn by the running kernel, when its random numbers are good",
                "  verification  purgatory verifies each segment by its digest in the plan → nothing verifies: the kernel has no purgatory here",
                "  dtb           kexec_load only: the call takes no device tree",
                "  memory-map    kexec_load only: the kernel goes by its own memory map",
                "  purgatory     kexec_load only: the call takes no purgatory, and none is linked or patched",
                "  console       kexec_load only: there is no purgatory of the plan's to print",
                "  window        kexec_load only: the call takes no limits",
                "  page-tables   kexec_load only: there is no purgatory of the plan's to turn the MMU on",
            ])
        let back = PlanDiff(.kexecFileLoad(files), .kexecLoad(plan)).comparison
        #expect(
            back.differences.count
                == PlanDiff(.kexecLoad(plan), .kexecFileLoad(files)).comparison.differences.count)
        #expect(back.causes.first == Change(from: .kexecFileLoad, to: .kexecLoad).map(PlanDifference.method))
    }

    @Test func otherInputsByOtherCall() throws {
        let plan = try samplePlan()
        var files = Self.files(of: plan)
        files.inputs.removeAll { $0.role == .initrd }
        files.request.commandLine = "quiet"
        let causes = PlanDiff(.kexecLoad(plan), .kexecFileLoad(files)).comparison.causes
        #expect(causes.contains { if case .input(.initrd, _) = $0 { true } else { false } })
        #expect(causes.contains { if case .commandLine = $0 { true } else { false } })
    }

    @Test func whatIsNotGivenIsNotNamed() throws {
        let arm64 = Self.files(of: try samplePlan())
        var x86 = arm64
        x86.kernel = .x86(Self.bzImage)
        let lines = try #require(PlanDiff(.kexecFileLoad(arm64), .kexecFileLoad(x86)).lines(Self.style))
        #expect(lines.contains("  boot parameters  none → made by the running kernel"), "\(lines)")
        #expect(!lines.contains { $0.contains("device tree") }, "\(lines)")
        var crash = arm64
        crash.type = .crash
        let typed = try #require(PlanDiff(.kexecFileLoad(arm64), .kexecFileLoad(crash)).lines(Self.style))
        #expect(
            typed.contains {
                $0.hasSuffix("normal → crash: all of it in the memory that crashkernel= reserves")
            },
            "\(typed)")
    }

    /// Each field of a plan for an x86_64 kernel, and of an arm64 one.
    @Test func everyField() throws {
        let arm64 = Self.files(of: try samplePlan())
        var x86 = arm64
        x86.kernel = .x86(Self.bzImage)
        let changes: [(String, (inout FileLoadPlan) -> Void)] = [
            ("type", { $0.type = .crash }), ("command line", { $0.request.commandLine += " quiet" }),
            ("flags", { $0.request.flags = [] }), ("flags", { $0.request.flags.append(.forceDTB) }),
            ("files", { $0.request.files = .original }), ("kernel", { $0.inputs[0].sha256 = .zero }),
            ("kernel", { $0.inputs[0].name = "other" }), ("initrd", { $0.inputs[1].size += 1 }),
            ("initrd", { $0.inputs.removeLast() }), ("inputs", { $0.inputs.swapAt(0, 1) }),
        ]
        for plan in [arm64, x86] {
            for (subject, change) in changes {
                var other = plan
                change(&other)
                expectNamed(plan, other, subject)
            }
        }
        let headers: [(inout BzImage) -> Void] = [
            { $0.bootProtocol += 1 }, { $0.version = nil }, { $0.loadFlags = 0 },
            { $0.extendedLoadFlags = 0 }, { $0.isRelocatable = false }, { $0.alignment = 0 },
            { $0.preferredAddress = 0 }, { $0.initSize += 1 }, { $0.commandLineLimit = 255 },
            { $0.initrdAddressLimit = 1 }, { $0.isSigned = true },
        ]
        for change in headers {
            var image = Self.bzImage
            change(&image)
            var other = x86
            other.kernel = .x86(image)
            expectNamed(x86, other, "kernel")
        }
        expectNamed(arm64, x86, "architecture")
        #expect(PlanDiff(.kexecFileLoad(x86), .kexecFileLoad(x86)).comparison.differences.isEmpty)
    }

    private func expectNamed(
        _ old: FileLoadPlan, _ new: FileLoadPlan, _ subject: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let text = DiffText(style: Self.style)
        for (old, new) in [(old, new), (new, old)] {
            let causes = PlanDiff(.kexecFileLoad(old), .kexecFileLoad(new)).comparison.causes
            #expect(
                causes.first?.field.rawValue == subject, "\(causes)", sourceLocation: sourceLocation)
            for cause in causes {
                let texts = text.texts(cause)
                #expect(!texts.isEmpty && !texts.contains(""), sourceLocation: sourceLocation)
            }
        }
    }
}
