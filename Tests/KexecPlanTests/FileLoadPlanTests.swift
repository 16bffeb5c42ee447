import KexecPlan
import PlanJSON
import Testing

@Suite struct FileLoadPlanTests {
    @Test func goldenFile() throws {
        let encoded = PlanJSON.encode(.kexecFileLoad(SampleFileLoadPlan.x86))
        let golden = try Golden.bytes(Golden.sampleFileLoadPlan, actual: encoded)
        #expect(String(decoding: encoded, as: UTF8.self) == String(decoding: golden, as: UTF8.self))
    }

    @Test(arguments: SampleFileLoadPlan.all) func roundTrip(_ plan: FileLoadPlan) throws {
        let encoded = PlanJSON.encode(.kexecFileLoad(plan))
        #expect(try PlanJSON.decode(encoded) == .kexecFileLoad(plan))
        #expect(try PlanJSON.decode(PlanJSON.canonical(.kexecFileLoad(plan))) == .kexecFileLoad(plan))
    }

    @Test(arguments: SampleFileLoadPlan.all) func samplesBreakNoRule(_ plan: FileLoadPlan) {
        #expect(plan.violations() == [])
    }

    /// What follows from architecture and type is there to be read, and may not say anything else.
    @Test(arguments: [
        (#""none""#, #""kernel""#, "purgatory"), (#""seeds""#, #""layout""#, "left_to_kernel[2]"),
        (#"[ "layout","#, #"["#, "left_to_kernel"), (#""normal""#, #""crash""#, "left_to_kernel"),
    ])
    func whatFollowsIsChecked(old: String, new: String, path: String) throws {
        let text = String(
            decoding: PlanJSON.encode(.kexecFileLoad(SampleFileLoadPlan.arm64)), as: UTF8.self)
        let changed = text.replacing(#"[\#n    "layout","#, with: #"[ "layout","#).replacing(old, with: new)
        #expect(changed.count != text.count)
        do throws(PlanDecodingError) {
            _ = try PlanJSON.decode(Array(changed.utf8))
            Issue.record("is read")
        } catch {
            #expect(error.path == path)
        }
    }

    private static func broken(_ change: (inout FileLoadPlan) -> Void) -> [Violation.Problem] {
        var plan = SampleFileLoadPlan.arm64
        change(&plan)
        return plan.violations().map(\.problem)
    }

    @Test func inputs() {
        let initrd = Input(role: .initrd, name: "initrd", size: 1, sha256: .zero)
        #expect(Self.broken { $0.inputs = [] } == [.inputMissing(.kernel)])
        #expect(Self.broken { $0.inputs += [initrd] } == [])
        #expect(
            Self.broken { $0.inputs += [initrd, initrd] }
                == [
                    .inputRepeated(.initrd, count: 2), .inputNameRepeated("initrd", .initrd, .initrd),
                ])
        #expect(
            Self.broken { $0.inputs += [Input(role: .dtb, name: "a/fdt", size: 1, sha256: .zero)] }
                == [.inputIgnored(.dtb, by: .kexecFileLoad), .inputName(.dtb, "a/fdt")])
        #expect(Self.broken { $0.inputs[0].size = 0 } == [.inputEmpty(.kernel)])
        #expect(Self.broken { $0.inputs[0].size = 4 << 30 } == [])
        #expect(
            Self.broken { $0.inputs[0].size = (4 << 30) + 1 }
                == [.inputTooLarge(.kernel, size: (4 << 30) + 1, limit: 4 << 30)])
    }

    @Test func commandLine() {
        #expect(Self.broken { $0.request.commandLine = String(repeating: "x", count: 2047) } == [])
        #expect(
            Self.broken { $0.request.commandLine = String(repeating: "x", count: 2048) }
                == [.commandLineTooLong(size: 2048, limit: 2047)])
        #expect(Self.broken { $0.request.commandLine = "quiet\0splash" } == [.commandLineHasZero])
    }

    /// The running kernel wants room for a crash kernel's `elfcorehdr=`, whatever it loads.
    @Test func commandLineOfX86() {
        var plan = SampleFileLoadPlan.x86
        plan.request.commandLine = String(repeating: "é", count: 1008)
        #expect(plan.violations() == [])
        plan.request.commandLine += "x"
        #expect(
            plan.violations().map(\.problem)
                == [.commandLineBeyondReserve(size: 2017, limit: 2047, reserve: 31)])
        #expect(plan.violations().map(\.rule) == [.commandLineReserve])
        plan.kernel = .x86(Self.bzImage { $0.commandLineLimit = 30 })
        plan.request.commandLine = ""
        #expect(plan.violations() == [])
        plan.request.commandLine = "x"
        #expect(
            plan.violations().map(\.problem) == [.commandLineBeyondReserve(size: 1, limit: 30, reserve: 31)])
    }

    private static func bzImage(_ change: (inout BzImage) -> Void) -> BzImage {
        guard case .x86(var image) = SampleFileLoadPlan.x86.kernel else {
            preconditionFailure("the sample is for x86_64")
        }
        change(&image)
        return image
    }

    @Test("The header has to be one that the running kernel's loader takes")
    func headerOfX86() {
        let cases: [(BzImage.Field, UInt64, (inout BzImage) -> Void)] = [
            (.version, 0x20b, { $0.bootProtocol = 0x20b }),
            (.version, 0x1_0000, { $0.bootProtocol = 0x1_0000 }),
            (.loadflags, 0xfe, { $0.loadFlags = 0xfe }),
            (.xloadflags, 0x7e, { $0.extendedLoadFlags = 0x7e }),
            (.xloadflags, 0x7d, { $0.extendedLoadFlags = 0x7d }),
            (.relocatableKernel, 0, { $0.isRelocatable = false }),
            (.kernelAlignment, 0, { $0.alignment = 0 }),
            (.kernelAlignment, 0x30_0000, { $0.alignment = 0x30_0000 }),
        ]
        for (field, found, change) in cases {
            var plan = SampleFileLoadPlan.x86
            plan.kernel = .x86(Self.bzImage(change))
            #expect(plan.violations().map(\.problem) == [.bzImageField(field, found: found)])
        }
    }

    @Test func flags() {
        #expect(
            Self.broken { $0.request.flags = [.noCMA, .noCMA, .forceDTB] }
                == [.flagRepeated(.noCMA, count: 2), .flagOfOtherArchitecture(.forceDTB, .arm64)])
    }
}
