import Executor
import KexecPlan
import PlanJSON
import TestSupport
import Testing

@testable import kplan

@Suite("What kexec_file_load is called with")
struct FileLoadingTests {
    let folder: TemporaryFolder
    private static let initrd = Array("an initrd".utf8)

    init() throws {
        folder = try TemporaryFolder()
        try KernelFile.write(to: folder / "Image")
        try folder.write(Self.initrd, "initrd")
    }

    private func plan(
        type: KexecType = .normal, initrd: Bool = true, flags: [FileLoadFlag] = [],
        files: FilePassing = .sealed
    ) throws -> PlanFile<FileLoadPlan> {
        let plan = try MakeFileLoad(
            kernel: .mapping(folder / "Image", as: .kernel),
            initrd: initrd ? .mapping(folder / "initrd", as: .initrd) : nil, type: type,
            request: FileLoadRequest(commandLine: "quiet", flags: flags, files: files)
        ).plan()
        return PlanFile(plan: plan, path: folder / "plan.json")
    }

    private func loading(_ file: PlanFile<FileLoadPlan>, debug: Bool = false) throws -> FileLoading {
        try FileLoading(of: file, InputOptions.parse([]), debug: debug)
    }

    @Test func sealedCopies() throws {
        let loading = try loading(plan())
        guard case .sealed(let kernel) = loading.call.kernel, case .sealed(let initrd)? = loading.call.initrd
        else {
            Issue.record("the files are not sealed")
            return
        }
        #expect(kernel.count == 27_236_288 && initrd.withUnsafeBytes { Array($0) } == Self.initrd)
        #expect(loading.call.commandLine == "quiet" && loading.call.passedFlags == [])
    }

    @Test func theFilesThemselves() throws {
        let loading = try loading(plan(files: .original))
        guard case .original = loading.call.kernel, case .original(let initrd)? = loading.call.initrd else {
            Issue.record("the files are copies")
            return
        }
        #expect(try initrd.bytes().count == 0)
    }

    /// What was read through the descriptor has the plan's digest, or nothing is loaded.
    @Test(arguments: FilePassing.allCases) func anotherFile(files: FilePassing) throws {
        let plan = try plan(files: files)
        try folder.write(Array("an Initrd".utf8), "initrd")
        let failure = try #require(throws: Failure.self) { try loading(plan) }
        #expect(failure.status == .no)
        #expect(
            failure.text.hasPrefix(
                "\(folder / "initrd"): is not the initrd that \(plan.path) was made from: "))
    }

    @Test func anotherHeader() throws {
        let file = try plan()
        var edited = file.plan
        edited.kernel = .arm64(
            KernelImage(textOffset: 0, imageSize: 1 << 28, pageSize: .pages4K, placement: .anywhere))
        let failure = try #require(throws: Failure.self) {
            try loading(PlanFile(plan: edited, path: file.path))
        }
        #expect(failure.status == .no && failure.text.contains("says in its header: it was edited"))
    }

    @Test func brokenRules() throws {
        let file = try plan()
        var edited = file.plan
        edited.request.flags = [.forceDTB]
        let failure = try #require(throws: Failure.self) {
            try PlanFile(plan: edited, path: file.path).checkRules()
        }
        #expect(failure.status == .no && failure.text.contains("the flag force-dtb means nothing on arm64"))
    }

    @Test func flags() throws {
        #expect(try loading(plan(type: .crash, flags: [.noCMA])).call.passedFlags.rawValue == 0x12)
        #expect(try loading(plan(initrd: false), debug: true).call.passedFlags.rawValue == 0xc)
    }

    @Test func dryRun() throws {
        let file = try plan(type: .crash, flags: [.noCMA])
        let inputs = file.plan.inputs
        #expect(
            try loading(file).text == """
                kexec_file_load
                  kernel       \(folder / "Image")  27236288 bytes, SHA-256 \(inputs[0].sha256.hex)
                  initrd       \(folder / "initrd")  9 bytes, SHA-256 \(inputs[1].sha256.hex)
                  files        sealed copies in memory: what is hashed is what the kernel reads
                  command line "quiet"
                  flags        0x12 (KEXEC_FILE_ON_CRASH, KEXEC_FILE_NO_CMA)
                """)
    }

    @Test func shown() throws {
        let id = "4f1c9d0a2b7e8c6d5f3a1b0c9e8d7f6a5b4c3d2e1f0a9b8c7d6e5f4a3b2c1d0e"
        let options = ShowOptions(width: 80, color: false, ascii: false, relocations: false)
        let normal = try plan().plan
        try ShowGolden.expect(render(normal, id: id, options: options), isIn: "show-file-load-80.txt")
        var crash = try plan(type: .crash, initrd: false, flags: [.noCMA], files: .original).plan
        crash.request.commandLine = ""
        try ShowGolden.expect(render(crash, id: id, options: options), isIn: "show-file-load-crash-80.txt")
    }
}

@Suite("A kernel whose pages the CPU lacks is refused by name")
struct PageSizeTests {
    // Cortex-A72 has no 16K granule, Neoverse-N1 has; of Cortex-A73 nothing is known here.
    private static let (a72, n1, a73): (UInt64, UInt64, UInt64) = (0x410f_d083, 0x413f_d0c1, 0x410f_d092)

    private func check(_ pages: KernelImage.PageSize, on processors: [UInt64]) throws -> String? {
        try RunningMachine(architecture: "aarch64", pageSize: 4096, processors: processors).checkPages(
            of: KernelImage(textOffset: 0, imageSize: 1 << 20, pageSize: pages, placement: .anywhere), in: "p"
        )
    }

    @Test func lacking() throws {
        let text = """
            p: its kernel has pages of 16K, for which this machine's CPU (Cortex-A72) has no granule: after the jump it \
            would hang without a word; take one with pages of 4K or 64K
            """
        for processors in [[Self.a72], [Self.n1, Self.a72], [Self.a73, Self.a72]] {
            #expect(throws: Failure(text, status: .no)) { try check(.pages16K, on: processors) }
        }
    }

    @Test func there() throws {
        #expect(try check(.pages64K, on: [Self.a72]) == nil)
        #expect(try check(.pages16K, on: [Self.n1]) == nil)
        // The running kernel has these pages.
        #expect(try check(.pages4K, on: []) == nil)
        #expect(try check(.unspecified, on: [Self.a72]) == nil)
    }

    @Test func unknown() throws {
        func note(_ which: String) -> String {
            """
            p: its kernel has pages of 64K, and whether this machine's CPU\(which) has a granule for them is not known: \
            without one, it would hang after the jump without a word
            """
        }
        #expect(try check(.pages64K, on: []) == note(""))
        #expect(try check(.pages64K, on: [Self.a73]) == note(" (Cortex-A73)"))
        #expect(try check(.pages64K, on: [0xf0510, Self.n1]) == note(" (MIDR_EL1 0xf0510, Neoverse-N1)"))
    }
}
