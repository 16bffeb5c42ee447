import Foundation
import TestSupport
import Testing

@testable import kplan

/// A plan of a captured machine, and its bundle `away/plan.tar`, beside which nothing is.
struct BundleWorkshop {
    let make: MakeWorkshop
    var folder: TemporaryFolder { make.folder }

    init(_ options: [String] = []) throws {
        make = try MakeWorkshop("2g-el1")
        _ = try make.make(["--console", "pl011,0x9000000"] + options)
        try folder.makeFolder("away")
        let result = try kplan("bundle", "plan.json", "-o", "away/plan.tar")
        try #require(result.status == 0 && result.errors.isEmpty && result.output.isEmpty, "\(result)")
    }

    func kplan(_ arguments: String...) throws -> TestSupport.Kplan.Result {
        try TestSupport.Kplan.run(arguments, in: folder, environment: ["LC_ALL": "C.UTF-8"])
    }

    /// What the bundle holds, unpacked by GNU tar into the folder `unpacked`, changed, and archived again as `other.tar`.
    func repack(
        _ members: [String] = ["plan.json", "inputs"], _ change: () throws -> Void = {}
    ) throws {
        try folder.makeFolder("unpacked")
        _ = try Toolchain.run("tar", ["-C", folder / "unpacked", "-xf", folder / "away/plan.tar"], input: [])
        try change()
        _ = try Toolchain.run(
            "tar", ["-C", folder / "unpacked", "-cf", folder / "other.tar"] + members, input: [])
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: folder / name) }
}
