import Foundation
import KexecPlan
import TestSupport
import Testing

/// A folder with a plan of a captured machine that prints, and `kplan simulate` in it.
struct SimulateWorkshop {
    let make: MakeWorkshop
    let plan: Plan
    var folder: TemporaryFolder { make.folder }

    init(_ options: [String] = ["--console", "pl011,0x9000000"]) throws {
        make = try MakeWorkshop("2g-el1")
        plan = try make.make(options)
    }

    func segment(_ role: SegmentRole) throws -> Segment { try #require(plan.segment(role)) }

    func simulate(_ options: String..., environment: [String: String] = [:]) throws -> Kplan.Result {
        try Kplan.run(
            ["simulate", "plan.json"] + options, in: folder,
            environment: ["LC_ALL": "C.UTF-8"].merging(environment) { $1 })
    }

    /// A program of a few lines of shell in the place of kplan-simulate.
    func program(_ script: String) throws -> String {
        let path = folder / "program"
        try Toolchain.writeProgram(script, path)
        return path
    }

    /// Writes the plan's bytes to the folder `out`, and changes those of one file.
    func emit(changing role: SegmentRole, _ change: (inout [UInt8]) throws -> Void) throws {
        let result = try Kplan.run(["emit", "plan.json", "-o", "out"], in: folder)
        try #require(result.status == 0, "\(result.errors)")
        var bytes = try folder.read("out/\(role.rawValue).bin")
        try change(&bytes)
        try folder.write(bytes, "out/\(role.rawValue).bin")
    }

    /// Changes the descriptor of the page at an address.
    func changeDescriptor(of address: UInt64, _ change: (UInt64) -> UInt64) throws {
        try emit(changing: .pageTables) { tables in
            let offset = try #require(
                stride(from: 0, to: tables.count, by: 8).first { offset in
                    let descriptor = tables.number(at: offset)
                    return descriptor & 3 == 3 && descriptor & 0xffff_ffff_f000 == address
                })
            tables = tables.patched(change(tables.number(at: offset)), at: offset)
        }
    }

    /// Changes the value of a symbol of purgatory.
    /// - Parameter isForged: its digest of itself is changed as well, so that it doesn't notice.
    func changeSymbol(_ name: String, isForged: Bool = false, _ change: (UInt64) -> UInt64) throws {
        let symbol = try #require(plan.purgatory.symbols.first { $0.name == name })
        let base = try segment(.purgatory).address.rawValue
        try emit(changing: .purgatory) { bytes in
            let offset = Int(symbol.address.rawValue - base)
            bytes = bytes.patched(change(bytes.number(at: offset)), at: offset)
            guard isForged else { return }
            let own = try #require(plan.purgatory.symbols.first { $0.name == "purgatory_sha256" })
            let place = Int(own.address.rawValue - base)
            for index in place..<place + 32 { bytes[index] = 0 }
            let hex = try Toolchain.run("sha256sum", [], input: bytes).prefix(64)
            let digest = try #require(SHA256Digest(hex: String(decoding: hex, as: UTF8.self)))
            for (index, byte) in digest.bytes.enumerated() { bytes[place + index] = byte }
        }
    }
}

extension [UInt8] {
    /// The little-endian number of 64 bits at an offset.
    func number(at offset: Int) -> UInt64 {
        self[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// Expects the answer no, with all of these in the report, and nothing on standard error.
func expectNo(
    _ result: Kplan.Result, _ texts: String..., sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(result.status == 1, "\(result.errors)", sourceLocation: sourceLocation)
    #expect(result.errors.isEmpty, sourceLocation: sourceLocation)
    for text in texts {
        #expect(result.output.contains(text), "\(result.output)", sourceLocation: sourceLocation)
    }
}
