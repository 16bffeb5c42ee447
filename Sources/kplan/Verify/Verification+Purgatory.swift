import Arm64
import Emitter
import KexecPlan

extension Verification {
    /// What purgatory is told, read out of its segment's bytes: every symbol's value, the table of what it checks, its
    /// digest of itself. A digest of the segment would tell that something is wrong; this tells what.
    static func symbols(_ plan: Plan, _ bytes: [UInt8]) -> Check {
        let text = "\(plan.purgatory.symbols.count) values in purgatory's bytes are those of the plan"
        return Check("symbols", ok: text, findings: wrongValues(plan, bytes))
    }

    /// The values in purgatory's bytes that are not those of the plan, a text for each.
    static func wrongValues(_ plan: Plan, _ bytes: [UInt8]) -> [String] {
        var findings: [String] = []
        let base = plan.segment(.purgatory)?.address ?? .zero
        for patch in plan.purgatory.symbols {
            let offset = patch.address.rawValue.subtractingReportingOverflow(base.rawValue)
            guard !offset.overflow, offset.partialValue <= UInt64(bytes.count),
                patch.value.size <= UInt64(bytes.count) - offset.partialValue
            else {
                findings.append("the symbol \(patch.name) at \(patch.address) is not in purgatory's bytes")
                continue
            }
            let start = Int(offset.partialValue)
            let found = bytes[start..<start + Int(patch.value.size)]
            switch patch.value {
            case .number(let due):
                let number = found.littleEndian
                if number != due {
                    findings.append(
                        "the symbol \(patch.name) at \(patch.address) is \(number.hex), planned is \(due.hex)"
                    )
                }
            case .regionTable: findings += regions(plan, Array(found))
            case .sha256Regions: findings += sha256Regions(plan, Array(found))
            case .sha256Digest:
                // It is over the bytes of all segments; the check of purgatory.bin covers it.
                continue
            case .ownDigest:
                var content = bytes
                for index in found.indices { content[index] = 0 }
                if SHA256Digest(hashing: content).bytes != Array(found) {
                    findings.append(
                        "\(patch.name) is not the SHA-256 of purgatory's content: it would stop at once")
                }
            }
        }
        return findings
    }

    /// What in the table of regions is not what the plan has purgatory check (docs/PURGATORY.md, Symbols).
    private static func regions(_ plan: Plan, _ table: [UInt8]) -> [String] {
        let size = Int(PurgatoryContract.regionSize)
        let digest = Int(PurgatoryContract.regionDigestOffset)
        let entries = stride(from: 0, to: table.count, by: size).map { table[$0..<$0 + size] }
        let segments = plan.checkedSegments
        var findings = zip(segments, entries).flatMap { segment, entry -> [String] in
            let role = segment.role.rawValue
            let numbers = [segment.address.rawValue, segment.contentSize, segment.memorySize]
            let names = ["address", "content length", "memory length"]
            var findings: [String] = []
            for (index, (name, due)) in zip(names, numbers).enumerated() {
                let found = entry.dropFirst(8 * index).prefix(8).littleEndian
                if found != due {
                    findings.append(
                        "purgatory checks the \(role) with the \(name) \(found.hex), planned is \(due.hex)")
                }
            }
            let found = SHA256Digest(bytes: entry.dropFirst(digest).prefix(SHA256Digest.size)) ?? .zero
            if found != segment.sha256 {
                findings.append(
                    "purgatory checks the \(role) against SHA-256 \(found.hex), planned is \(segment.sha256.hex)"
                )
            }
            return findings
        }
        if segments.count > entries.count
            || entries.dropFirst(segments.count).contains(where: { !$0.allSatisfy { $0 == 0 } })
        {
            findings.append(
                "purgatory checks another number of segments than the \(segments.count) of the plan")
        }
        return findings
    }
}

extension Verification {
    /// The same of kexec-tools' table (docs/PURGATORY.md, "Foreign purgatories").
    private static func sha256Regions(_ plan: Plan, _ table: [UInt8]) -> [String] {
        let found = stride(from: 0, to: table.count, by: 16).map { offset in
            (start: table[offset...].littleEndian, length: table[(offset + 8)...].littleEndian)
        }
        let due = plan.checkedSegments.map { (start: $0.address.rawValue, length: $0.memorySize) }
        let none = Array(
            repeating: (start: 0 as UInt64, length: 0 as UInt64), count: max(0, found.count - due.count))
        return zip(found, due + none).filter { $0.0 != $0.1 }.map { found, due in
            """
            purgatory checks \(found.length.hex) bytes at \(found.start.hex), planned are \(due.length.hex) at \
            \(due.start.hex)
            """
        }
    }
}

extension ArraySlice<UInt8> {
    /// The bytes as a little-endian number, of which only the lowest 64 bits count.
    fileprivate var littleEndian: UInt64 {
        prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
