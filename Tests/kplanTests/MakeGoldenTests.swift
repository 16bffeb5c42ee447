import Arm64
import KexecPlan
import TestSupport
import Testing

@testable import kplan

/// Plans for the captured machines, whole, as files of Tests/Golden, and what `kplan show` draws of them.
///
/// They are made with the stand-in for purgatory of Tests/Fixtures, since the bytes of kplan's own depend on the
/// compiler that built it.
@Suite("Plans for captured machines")
struct MakeGoldenTests {
    /// Each machine with another request.
    struct Case: CustomTestStringConvertible {
        let machine: String
        var kernel = "debian-6.1-cloud-arm64"
        var options: [String] = []
        /// Of the kernel's header.
        var textOffset: UInt64 = 0
        var isNearStartOfRAM = false
        var testDescription: String { machine }
    }

    static let cases = [
        Case(machine: "1g-el1", options: ["--page-size", "4K", "--seeds", "none"]),
        Case(machine: "2g-el1"),
        Case(machine: "2g-el1-6.12", options: ["--granule", "16K"]),
        Case(machine: "2g-el1-gic2-smp2", options: ["--console", "none"]),
        Case(machine: "2g-el2-crash", options: ["--granule", "64K", "--seeds", "none"]),
        Case(machine: "2g-el1-crash", options: ["--granule", "64K"]),
        Case(machine: "2g-el1-its", options: ["--mem-min", "0x48000000", "--mem-max", "0x7fffffff"]),
        Case(machine: "8g-el1-crash", kernel: "debian-7.2-cloud-arm64", options: ["--mem-min", "4G"]),
        Case(machine: "2g-efi-acpi", options: ["--granule", "16K", "--page-size", "16K"]),
        Case(
            machine: "2g-efi-dt", options: ["--console", "raw,0x9000000"], textOffset: 0x8_0000,
            isNearStartOfRAM: true),
    ]

    @Test func everyMachineHasOne() {
        #expect(Set(Self.cases.map(\.machine)) == Set(Fixture.machines))
    }

    @Test("The plan and its picture", arguments: cases)
    func golden(_ test: Case) throws {
        let workshop = try Self.workshop(test)
        _ = try workshop.make(test.options + ["--purgatory", "purgatory.o"])
        let text = String(decoding: try workshop.folder.read("plan.json"), as: UTF8.self)
        #expect(text.last == "\n")
        try ShowGolden.expect(
            Self.withoutObjectFile(String(text.dropLast())), isIn: "make-\(test.machine).json")

        let shown = try workshop.commands.kplan("show", "--width", "100", "plan.json")
        #expect(shown.status == 0 && shown.errors.isEmpty)
        try ShowGolden.expect(
            Self.withoutObjectFile(String(shown.output.dropLast())), isIn: "make-\(test.machine).txt")
    }

    /// The text of a plan or of its picture without what may differ between assemblers that make the same sections of
    /// the stand-in: size and digest of the object's file, and with them the plan's identity.
    static func withoutObjectFile(_ text: String) -> String {
        text
            .replacing(/("name": "purgatory\.o", )"size": "0x[0-9a-f]+", "sha256": "[0-9a-f]{64}"/) {
                "\($0.1)\"size\": SIZE, \"sha256\": DIGEST"
            }
            .replacing(/(purgatory +purgatory\.o) +[0-9.]+ [A-Za-z]+  [0-9a-f]{16}/) {
                "\($0.1)  SIZE  DIGEST"
            }
            .replacing(/^Plan  [0-9a-f]{64}/) { _ in "Plan  IDENTITY" }
    }

    @Test(
        "kplan's own purgatory: what doesn't depend on its bytes is as in the golden plan", arguments: cases)
    func builtin(_ test: Case) throws {
        let workshop = try Self.workshop(test)
        let golden = try workshop.make(test.options + ["--purgatory", "purgatory.o"])
        let plan = try workshop.make(test.options)
        #expect(plan.input(.purgatory)?.name == "builtin")
        #expect(
            plan.inputs.filter { $0.role != .purgatory } == golden.inputs.filter { $0.role != .purgatory })
        #expect(plan.deviceTree == golden.deviceTree)
        #expect(plan.kernel == golden.kernel && plan.machine == golden.machine)
        #expect(plan.request == golden.request)
        for role in [SegmentRole.kernel, .initrd, .dtb] {
            #expect(plan.segment(role) == golden.segment(role))
        }
        // Text, constants and stack, each with its own rights, however large they are.
        let purgatory = plan.pageTables?.mappings.filter { $0.purpose.hasPrefix("purgatory") } ?? []
        #expect(purgatory.map(\.access) == [.readExecute, .readOnly, .readWrite])
    }

    static func workshop(_ test: Case) throws -> MakeWorkshop {
        let workshop = try MakeWorkshop(test.machine)
        try KernelFile.write(test.kernel, to: workshop.folder / "Image") { header in
            test.isNearStartOfRAM
                ? header.patched(test.textOffset, at: 8).patched(UInt64(0b0010), at: 24) : header
        }
        return workshop
    }
}
