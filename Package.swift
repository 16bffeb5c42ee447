// swift-tools-version: 6.2
import PackageDescription

// Warnings stop the build where KPLAN_STRICT is set (Tests/run sets it), not at a user's newer compiler.
let settings: [SwiftSetting] =
    Context.environment["KPLAN_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)]

func library(
    _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [],
    plugins: [Target.PluginUsage] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings,
        plugins: plugins)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let argumentParser: Target.Dependency = .product(
    name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "kplan",
    products: [
        .executable(name: "kplan", targets: ["kplan"]),
        .executable(name: "kplan-simulate", targets: ["kplan-simulate"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        // C libraries and the C edge of the kernel.
        .systemLibrary(name: "CLibELF", providers: [.apt(["libelf-dev"])]),
        .systemLibrary(name: "CLibFDT", providers: [.apt(["libfdt-dev"])]),
        .systemLibrary(name: "CJSONC", providers: [.apt(["libjson-c-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CArchive", providers: [.apt(["libarchive-dev"])]),
        .target(name: "CKexec"),
        .target(name: "CMemfd"),

        // Files as bytes, without copies: for the targets that may touch the system.
        library("Files", ["CMemfd"]),

        // Imports go in one direction: kplan → stages → KexecPlan → Arm64.
        library("Arm64"),
        library("KexecPlan", ["Arm64"]),
        library("Base64"),
        library("SSHSignature", ["Base64", crypto]),
        library("PlanJSON", ["KexecPlan", "Base64", "CJSONC"]),
        library("BootInputs", ["KexecPlan", "CLibELF", "CLibFDT"]),
        library("Planner", ["KexecPlan"]),
        library("Emitter", ["KexecPlan", crypto]),
        library("Proof", ["KexecPlan"]),
        library("Executor", ["KexecPlan", "Files", "CKexec"]),
        library("Capture", ["KexecPlan", "Files", "BootInputs", "CZlib"]),
        library("Bundle", ["Files", "CArchive"]),

        // What runs between the two kernels: built for the bare machine, embedded as bytes.
        .plugin(
            name: "BuildPurgatory", capability: .buildTool(), path: "Sources/BuildPurgatory"),
        library("Purgatory", exclude: ["bare"], plugins: ["BuildPurgatory"]),

        .executableTarget(
            name: "kplan",
            dependencies: [
                "BootInputs", "Planner", "Emitter", "Executor", "Capture", "Bundle", "Files", "PlanJSON",
                "Proof", "Purgatory", "Emulation", "SSHSignature", argumentParser, crypto,
            ],
            swiftSettings: settings),

        // The emulator. Unicorn is GPLv2, so a program of its own links it, with nothing that is only Apache-2.0:
        // kplan has the values that go to it and come back (Emulation), and never Unicorn.
        .systemLibrary(name: "CUnicorn", providers: [.apt(["libunicorn-dev"])]),
        library("Emulation"),
        library("Emulator", ["Emulation", "CUnicorn"]),
        .executableTarget(
            name: "kplan-simulate", dependencies: ["Emulation", "Emulator"], swiftSettings: settings),

        // Tests.
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
        tests("Arm64Tests", ["Arm64", "TestSupport"]),
        tests("KexecPlanTests", ["KexecPlan", "PlanJSON", "Base64", "TestSupport"]),
        tests("SSHSignatureTests", ["SSHSignature", "Base64", "TestSupport", crypto]),
        tests("BootInputsTests", ["BootInputs", "TestSupport"]),
        tests("PlannerTests", ["Planner", "BootInputs", "Emitter", "Proof", "TestSupport"]),
        tests(
            "EmitterTests",
            ["Emitter", "BootInputs", "Planner", "Purgatory", "TestSupport", crypto]),
        tests("ProofTests", ["Proof", "TestSupport"]),
        tests("FilesTests", ["Files", "TestSupport"]),
        tests("CaptureTests", ["Capture", "BootInputs", "PlanJSON", "TestSupport"]),
        tests("BundleTests", ["Bundle", "Files", "TestSupport"]),
        tests("ExecutorTests", ["Executor", "Files"]),
        tests("EmulatorTests", ["Emulation", "Emulator", "TestSupport"]),
        tests(
            "PurgatoryTests",
            [
                "Purgatory", "BootInputs", "Planner", "Emitter", "Emulation", "Emulator", "TestSupport",
                crypto,
            ]),
        tests("kplanTests", ["kplan", "kplan-simulate", "Emulation", "Proof", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6]
)
