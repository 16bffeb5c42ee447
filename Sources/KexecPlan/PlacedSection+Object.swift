import Arm64

extension RelocatableObject.Section {
    /// What may be done with it, by its flags. Under kplan's own contract nothing is both written and executed.
    public func access(under contract: PurgatoryContract) throws(LinkingError) -> Access {
        switch (isExecutable, isWritable) {
        case (true, true) where contract == .kplan: throw .writableAndExecutable(section: name)
        case (true, true): .readWriteExecute
        case (true, false): .readExecute
        case (false, false): .readOnly
        case (false, true): .readWrite
        }
    }

    /// What its address has to be a multiple of, in bytes. Instructions are aligned to their size, whatever the
    /// object says.
    public var addressAlignment: UInt64 { max(alignment, isExecutable ? 4 : 1) }
}

extension PlacedSection {
    /// A section of an object at its place.
    public init(
        _ section: RelocatableObject.Section, at address: PhysicalAddress, under contract: PurgatoryContract
    ) throws(LinkingError) {
        self.init(
            name: section.name, index: section.index, address: address, size: section.size,
            access: try section.access(under: contract))
    }
}
