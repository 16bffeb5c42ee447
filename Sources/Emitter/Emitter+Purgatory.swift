import Arm64
import KexecPlan

extension Emitter {
    /// Purgatory's segment: its sections at their places, relocated, its symbols set, all as the plan says;
    /// `checkPurgatory` finds out whether that is right.
    ///
    /// - Parameters:
    ///   - checked: what its table of regions lists.
    ///   - read: reads the inputs among them, for one digest of them all.
    static func purgatoryContent(
        of purgatory: PurgatoryPlan, in segment: Segment, object: RelocatableObject,
        checked: [EmittedSegment], reading read: InputReader? = nil
    ) throws(EmitterError) -> [UInt8] {
        var image = try PurgatoryImage(segment)
        for section in purgatory.sections {
            if let content = object.section(index: section.index)?.content {
                try image.write(content, at: section.address, for: section.name)
            }
        }
        for relocation in purgatory.relocations {
            try image.apply(relocation)
        }
        var ownDigest: PhysicalAddress?
        for symbol in purgatory.symbols {
            switch symbol.value {
            case .number(let value):
                try image.write(value.littleEndianBytes, at: symbol.address, for: symbol.name)
            case .regionTable:
                try image.write(regionTable(of: checked), at: symbol.address, for: symbol.name)
            case .ownDigest:
                try image.write(SHA256Digest.zero.bytes, at: symbol.address, for: symbol.name)
                ownDigest = symbol.address
            case .sha256Regions:
                try image.write(sha256Regions(of: checked), at: symbol.address, for: symbol.name)
            case .sha256Digest:
                let digest = try segmentsDigest(of: checked, reading: read)
                try image.write(digest.bytes, at: symbol.address, for: symbol.name)
            }
        }
        if let ownDigest {
            try image.write(
                SHA256Digest(hashing: image.bytes).bytes, at: ownDigest, for: PurgatoryContract.ownDigest)
        }
        return image.bytes
    }

    /// The table of what purgatory checks: the digests are those of the plan.
    private static func regionTable(of segments: [EmittedSegment]) throws(EmitterError) -> [UInt8] {
        guard segments.count <= PurgatoryContract.maximumRegions else {
            throw .tooManyRegions(segments.count)
        }
        var table: [UInt8] = []
        for segment in segments {
            table += segment.address.rawValue.littleEndianBytes
            table += segment.contentSize.littleEndianBytes
            table += segment.memorySize.littleEndianBytes
            let name = Array(segment.role.rawValue.utf8.prefix(PurgatoryContract.regionNameSize))
            table += name + [UInt8](repeating: 0, count: PurgatoryContract.regionNameSize - name.count)
            table += segment.sha256.bytes
            table += UInt64(0).littleEndianBytes
        }
        let rest = Int(PurgatoryContract.regionTableSize) - table.count
        return table + [UInt8](repeating: 0, count: rest)
    }
}

/// The bytes of purgatory's segment while they are put together.
private struct PurgatoryImage {
    private let base: PhysicalAddress
    private(set) var bytes: [UInt8]

    /// The largest purgatory that is believed: a guard against sizes that nobody means.
    private static let sizeLimit: UInt64 = 64 << 20

    init(_ segment: Segment) throws(EmitterError) {
        guard segment.contentSize <= Self.sizeLimit else {
            throw .wrongSize(.purgatory, size: segment.contentSize, planned: Self.sizeLimit)
        }
        base = segment.address
        bytes = [UInt8](repeating: 0, count: Int(segment.contentSize))
    }

    private func offset(
        of address: PhysicalAddress, count: Int, for name: String
    ) throws(EmitterError) -> Int {
        guard address >= base, let offset = Int(exactly: address.rawValue - base.rawValue),
            offset <= bytes.count, count <= bytes.count - offset
        else { throw .outsidePurgatory(name, address) }
        return offset
    }

    mutating func write(
        _ content: [UInt8], at address: PhysicalAddress, for name: String
    ) throws(EmitterError) {
        let start = try offset(of: address, count: content.count, for: name)
        bytes.replaceSubrange(start..<start + content.count, with: content)
    }

    mutating func apply(_ relocation: PlannedRelocation) throws(EmitterError) {
        let start = try offset(of: relocation.site, count: 0, for: relocation.symbol)
        do {
            try relocation.type.apply(
                to: &bytes, at: start, site: relocation.site.rawValue, value: relocation.value)
        } catch {
            throw .relocation(error, symbol: relocation.symbol)
        }
    }
}

extension UInt64 {
    /// The number's 8 bytes, the lowest first.
    var littleEndianBytes: [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: self >> UInt64(8 * $0)) }
    }
}
