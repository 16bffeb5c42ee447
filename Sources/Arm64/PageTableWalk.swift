/// All that a walk over every descriptor of translation tables found.
public struct PageTableWalk: Equatable, Sendable {
    /// Tables and what is mapped, in the order of input addresses: a table stands before all that is in it.
    public internal(set) var entries: [Entry] = []
    /// What is not as a builder of tables leaves it, in the same order.
    public internal(set) var irregularities: [Irregularity] = []
    /// The pages of the tables' memory that the walk doesn't reach, by rising address.
    public internal(set) var unreached: [PhysicalAddress] = []

    /// A table, or neighbouring descriptors of one table that map memory alike.
    public struct Entry: Equatable, Sendable {
        /// The level of the table, or of the table with the descriptors.
        public let level: Int
        /// The addresses that it translates.
        public internal(set) var input: AddressRange
        /// What it is.
        public let content: Content

        /// What an entry is.
        public enum Content: Equatable, Sendable {
            /// A table at this address.
            case table(PhysicalAddress)
            /// Blocks, or pages at level 3: the first address that comes out, and the attributes.
            case memory(output: PhysicalAddress, LeafAttributes)
        }
    }

    /// A descriptor that is not as it should be.
    public struct Irregularity: Hashable, Sendable {
        /// What is not.
        public let kind: Kind
        /// The level of its table.
        public let level: Int
        /// The physical address of the descriptor.
        public let place: PhysicalAddress
        /// The descriptor.
        public let descriptor: UInt64
        /// The first input address that it translates; nil where none leads to it.
        public let input: PhysicalAddress?

        /// Makes it from its parts.
        public init(
            kind: Kind, level: Int, place: PhysicalAddress, descriptor: UInt64, input: PhysicalAddress?
        ) {
            self.kind = kind
            self.level = level
            self.place = place
            self.descriptor = descriptor
            self.input = input
        }

        /// What is not as it should be.
        public enum Kind: Hashable, Sendable {
            /// It points to a table that is not, or not wholly, in the tables' memory.
            case tableOutside(PhysicalAddress)
            /// It points to a table that another descriptor points to, or to the root: the walk doesn't enter it again.
            case tableReachedAgain(PhysicalAddress)
            /// It is a reserved form: a block at a level without blocks, or no page at level 3. The MMU faults.
            case reservedForm
            /// These of its bits are RES0, address bits among them.
            case reservedBits(UInt64)
            /// It points to a table, and these of its bits are ignored.
            case ignoredBits(UInt64)
            /// It points to a table and takes rights from all below: APTable, UXNTable or XNTable, PXNTable, NSTable.
            case hierarchy(UInt64)
            /// It is invalid, which its bit 0 says alone, but not zero.
            case notZero
            /// It is not zero, but no input address leads to it.
            case unreachable
        }
    }

    /// Addresses that are mapped alike, whatever the sizes of the descriptors.
    public struct Run: Equatable, Sendable {
        /// The addresses that go in.
        public var input: AddressRange
        /// The first address that comes out.
        public let output: PhysicalAddress
        /// The attributes.
        public let attributes: LeafAttributes
    }

    /// What is mapped, by rising address: runs as long as they can be.
    public var runs: [Run] {
        var runs: [Run] = []
        for entry in entries {
            guard case .memory(let output, let attributes) = entry.content else { continue }
            if let last = runs.last, last.attributes == attributes, last.input.end == entry.input.start,
                last.output.rawValue &+ last.input.size == output.rawValue,
                let input = AddressRange(start: last.input.start, end: entry.input.end)
            {
                runs[runs.count - 1].input = input
            } else {
                runs.append(Run(input: entry.input, output: output, attributes: attributes))
            }
        }
        return runs
    }

    /// The tables with their levels, in the order of the walk, the root first.
    public var tables: [(level: Int, address: PhysicalAddress)] {
        entries.compactMap { entry in
            if case .table(let address) = entry.content { (entry.level, address) } else { nil }
        }
    }
}
