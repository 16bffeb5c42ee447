extension PageTableWalker {
    /// The walk over every descriptor that the root leads to.
    public func walk() -> PageTableWalk {
        bytes.withUnsafeBytes { memory in
            var tree = Tree(walker: self, memory: memory)
            tree.begin()
            return tree.walk
        }
    }

    /// A walk under way.
    private struct Tree {
        let walker: PageTableWalker
        let memory: UnsafeRawBufferPointer
        var walk = PageTableWalk()
        private var reached: Set<UInt64> = []

        init(walker: PageTableWalker, memory: UnsafeRawBufferPointer) {
            self.walker = walker
            self.memory = memory
        }

        private var geometry: WalkGeometry { walker.geometry }

        mutating func begin() {
            let level = geometry.rootLevel
            if let offset = walker.offset(walker.root) {
                enter(walker.root, offset, level: level, input: 0, hierarchy: 0)
            } else {
                // TTBR0_ELx itself leads nowhere.
                irregular(
                    .tableOutside(PhysicalAddress(walker.root)), level, place: walker.root, walker.root,
                    input: 0)
            }
            let page = UInt64(1) << UInt64(geometry.pageShift)
            guard var address = walker.base.alignedUp(to: page) else { return }
            while walker.offset(address) != nil {
                if !reached.contains(address) { walk.unreached.append(PhysicalAddress(address)) }
                guard let next = PhysicalAddress(address).advanced(by: page) else { return }
                address = next.rawValue
            }
        }

        /// Walks the table at an offset of the memory, whose first descriptor translates `input`.
        private mutating func enter(
            _ table: UInt64, _ offset: Int, level: Int, input: UInt64, hierarchy: UInt64
        ) {
            reached.insert(table)
            let shift = UInt64(geometry.shift(level: level))
            let reachable = geometry.reachableDescriptors(level: level)
            append(level, input, UInt64(reachable) << shift, .table(PhysicalAddress(table)))
            for index in 0..<1 << geometry.indexBits {
                let descriptor = memory.loadUnaligned(fromByteOffset: offset + index * 8, as: UInt64.self)
                if descriptor == 0 { continue }
                let place = table &+ UInt64(index) * 8
                guard index < reachable else {
                    irregular(.unreachable, level, place: place, UInt64(littleEndian: descriptor), input: nil)
                    continue
                }
                visit(
                    UInt64(littleEndian: descriptor), level, place: place,
                    input: input + UInt64(index) << shift,
                    hierarchy: hierarchy)
            }
        }

        /// Judges a descriptor that is not zero.
        private mutating func visit(
            _ descriptor: UInt64, _ level: Int, place: UInt64, input: UInt64, hierarchy: UInt64
        ) {
            func note(_ kind: (UInt64) -> PageTableWalk.Irregularity.Kind, _ mask: UInt64) {
                guard descriptor & mask != 0 else { return }
                irregular(kind(descriptor & mask), level, place: place, descriptor, input: input)
            }
            switch walker.decode(descriptor, level: level) {
            case .invalid: irregular(.notZero, level, place: place, descriptor, input: input)
            case .reserved: irregular(.reservedForm, level, place: place, descriptor, input: input)
            case .memory(let output):
                note(PageTableWalk.Irregularity.Kind.reservedBits, walker.reservedLeafBits(level: level))
                map(input, output, level, LeafAttributes(descriptor: descriptor, hierarchy: hierarchy))
            case .table(let next):
                note(PageTableWalk.Irregularity.Kind.reservedBits, walker.reservedTableBits)
                note(PageTableWalk.Irregularity.Kind.ignoredBits, PageTableWalker.ignoredTableBits)
                note(PageTableWalk.Irregularity.Kind.hierarchy, PageTableWalker.hierarchyBits)
                guard let offset = walker.offset(next) else {
                    irregular(
                        .tableOutside(PhysicalAddress(next)), level, place: place, descriptor, input: input)
                    break
                }
                guard !reached.contains(next) else {
                    irregular(
                        .tableReachedAgain(PhysicalAddress(next)), level, place: place, descriptor,
                        input: input)
                    break
                }
                enter(
                    next, offset, level: level + 1, input: input,
                    hierarchy: hierarchy | descriptor & PageTableWalker.hierarchyBits)
            }
        }

        /// Adds a leaf; to the last entry where that goes on alike: it is of the same table where it has the same level,
        /// since a table's own entry stands before all that is in it.
        private mutating func map(
            _ input: UInt64, _ output: UInt64, _ level: Int, _ attributes: LeafAttributes
        ) {
            let size: UInt64 = 1 << UInt64(geometry.shift(level: level))
            if let last = walk.entries.last, last.level == level,
                case .memory(let first, attributes) = last.content, last.input.end.rawValue == input,
                first.rawValue + last.input.size == output,
                let range = AddressRange(start: last.input.start, size: last.input.size + size)
            {
                walk.entries[walk.entries.count - 1].input = range
            } else {
                append(level, input, size, .memory(output: PhysicalAddress(output), attributes))
            }
        }

        private mutating func append(
            _ level: Int, _ input: UInt64, _ size: UInt64, _ content: PageTableWalk.Entry.Content
        ) {
            guard let range = AddressRange(start: PhysicalAddress(input), size: size) else { return }
            walk.entries.append(.init(level: level, input: range, content: content))
        }

        private mutating func irregular(
            _ kind: PageTableWalk.Irregularity.Kind, _ level: Int, place: UInt64, _ descriptor: UInt64,
            input: UInt64?
        ) {
            walk.irregularities.append(
                .init(
                    kind: kind, level: level, place: PhysicalAddress(place), descriptor: descriptor,
                    input: input.map(PhysicalAddress.init)))
        }
    }
}
