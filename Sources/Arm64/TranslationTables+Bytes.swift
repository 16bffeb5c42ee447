extension TranslationTables {
    /// The tables as the MMU reads them, `size` bytes, the root first.
    ///
    /// - Parameter root: the physical address of the first byte: aligned to the granule, with all tables below
    ///   48 bits, since that is what a descriptor can point to.
    public func bytes(root: PhysicalAddress) throws(BuildError) -> [UInt8] {
        let limit = PhysicalAddress(1 << UInt64(TranslationControl.mostInputAddressBits))
        guard root.isAligned(to: granule.size) else { throw .rootNotAligned(root, pageSize: granule.size) }
        guard let end = root.advanced(by: size), end <= limit else {
            throw .rootBeyondTables(root, size: size)
        }
        var bytes = [UInt8](repeating: 0, count: Int(size))
        for (position, table) in tables.enumerated() {
            for entry in table.entries {
                let descriptor =
                    switch entry.content {
                    case .table(let next):
                        Descriptor.table(
                            at: PhysicalAddress(root.rawValue + UInt64(next) * granule.size))
                    case .memory(let memory, let access):
                        Descriptor.memory(
                            at: entry.address, level: table.level, memory: memory, access: access)
                    }
                let offset = position * Int(granule.size) + entry.index * 8
                for byte in 0..<8 {
                    bytes[offset + byte] = UInt8(truncatingIfNeeded: descriptor >> UInt64(8 * byte))
                }
            }
        }
        return bytes
    }

    /// How many descriptors of which size map `range`, the largest size first.
    public func entries(in range: AddressRange) -> [(size: UInt64, count: Int)] {
        var counts: [UInt64: Int] = [:]
        for table in tables {
            let size = granule.entrySize(at: table.level)
            for entry in table.entries {
                if case .memory = entry.content, range.contains(entry.address) {
                    counts[size, default: 0] += 1
                }
            }
        }
        return counts.sorted { $0.key > $1.key }.map { (size: $0.key, count: $0.value) }
    }
}
