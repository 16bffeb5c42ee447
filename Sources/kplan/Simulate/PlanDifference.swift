import Arm64
import Emulation
import Files
import KexecPlan

import struct Crypto.SHA256

/// Where what is in a folder differs from the plan.
enum PlanDifference: Equatable {
    /// The entry.
    case entry(UInt64, planned: UInt64)
    /// Address or memory size of a segment, or a segment that the plan hasn't.
    case place(Segment, planned: Segment?)
    /// A segment of the plan is missing.
    case missing(SegmentRole)
    /// The bytes of a segment.
    case content(SegmentRole, path: String, sha256: SHA256Digest, planned: SHA256Digest)
    /// A symbol of purgatory has another value.
    case symbol(String, address: UInt64, value: UInt64, planned: UInt64)

    /// All of them.
    static func all(
        of loaded: [SimulationSubject.LoadedSegment], entry: PhysicalAddress, from plan: Plan
    ) throws(Failure) -> [PlanDifference] {
        var found: [PlanDifference] = []
        if entry != plan.entry { found.append(.entry(entry.rawValue, planned: plan.entry.rawValue)) }
        for segment in plan.segments where !loaded.contains(where: { $0.segment.role == segment.role }) {
            found.append(.missing(segment.role))
        }
        for segment in loaded {
            let planned = plan.segment(segment.segment.role)
            if planned?.address != segment.segment.address
                || planned?.memorySize != segment.segment.memorySize
            {
                found.append(.place(segment.segment, planned: planned))
            }
            let digest = try digest(of: segment.content)
            guard let planned, digest != planned.sha256 else { continue }
            found.append(
                .content(planned.role, path: segment.path ?? "", sha256: digest, planned: planned.sha256))
            if planned.role == .purgatory { found += symbols(in: segment, from: plan) }
        }
        return found
    }

    private static func symbols(
        in purgatory: SimulationSubject.LoadedSegment, from plan: Plan
    ) -> [PlanDifference] {
        guard case .bytes(let content) = purgatory.content else { return [] }
        let base = purgatory.segment.address.rawValue
        return plan.purgatory.symbols.compactMap { symbol in
            guard case .number(let planned) = symbol.value, symbol.address.rawValue >= base,
                let offset = Int(exactly: symbol.address.rawValue - base), offset <= content.bytes.count - 8
            else { return nil }
            let value = content.bytes[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
            guard value != planned else { return nil }
            return .symbol(symbol.name, address: symbol.address.rawValue, value: value, planned: planned)
        }
    }

    private static func digest(of content: SegmentContent) throws(Failure) -> SHA256Digest {
        switch content {
        case .bytes(let hex): return SHA256Digest(bytes: SHA256.hash(data: hex.bytes)) ?? .zero
        case .file(let path, _):
            let file = try explaining(path) { try MappedFile(path) }
            let digest = file.withUnsafeBytes { bytes in
                var hash = SHA256()
                hash.update(bufferPointer: bytes)
                return hash.finalize()
            }
            return SHA256Digest(bytes: digest) ?? .zero
        }
    }
}
