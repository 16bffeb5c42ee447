import Arm64
import BootInputs
import Emitter
import KexecPlan
import Testing

/// What a plan says of purgatory is what the object says: no change of it alone is taken, however the rest of the
/// plan and its digests look.
@Suite struct PurgatoryCheckTests {
    /// Expects a changed plan to be refused.
    private func expectRefusal(
        _ sample: EmitterSample, _ comment: Comment, sourceLocation: SourceLocation = #_sourceLocation,
        _ change: (inout PurgatoryPlan) -> Void
    ) {
        var changed = sample
        change(&changed.plan.purgatory)
        #expect(changed.plan != sample.plan, comment, sourceLocation: sourceLocation)
        #expect(throws: EmitterError.self, comment, sourceLocation: sourceLocation) { try changed.emit() }
    }

    @Test func noFieldOfARelocationMayDiffer() throws {
        let sample = try EmitterSample()
        let relocations = sample.plan.purgatory.relocations
        #expect(relocations.count > 100)
        for (index, relocation) in relocations.enumerated() {
            func change(_ comment: String, _ change: (inout PlannedRelocation) -> Void) throws {
                var changed = relocation
                change(&changed)
                try expect(.otherRelocation(planned: changed, object: relocation)) {
                    $0.plan.purgatory.relocations[index] = changed
                }
            }
            try change("site") { $0.site = PhysicalAddress(relocation.site.rawValue + 4) }
            try change("symbol") { $0.symbol += "_" }
            try change("addend") { $0.addend += 4 }
            try change("value") { $0.value += 4 }
            try change("type") { $0.type = relocation.type == .call26 ? .jump26 : .call26 }
            // The bytes are the same in the last case; what is reviewed isn't.
            try change("the two that make the value") {
                $0.symbol = "another"
                $0.addend -= 16
            }
        }
    }

    @Test func theRelocationsAreTheObjectsOnceAndInItsOrder() throws {
        let all = try EmitterSample().plan.purgatory.relocations
        let last = try #require(all.last)
        try expect(.otherRelocation(planned: all[0], object: nil)) { $0.plan.purgatory.relocations += all }
        try expect(.otherRelocation(planned: nil, object: last)) {
            $0.plan.purgatory.relocations.removeLast()
        }
        try expect(.otherRelocation(planned: nil, object: all[0])) { $0.plan.purgatory.relocations = [] }
        try expect(.otherRelocation(planned: all[1], object: all[0])) {
            $0.plan.purgatory.relocations.swapAt(0, 1)
        }
        try expect(.otherRelocation(planned: all[1], object: all[0])) {
            $0.plan.purgatory.relocations.removeFirst()
        }
        try expect(.otherRelocation(planned: all[0], object: all[1])) {
            $0.plan.purgatory.relocations.insert(all[0], at: 0)
        }
    }

    @Test func noFieldOfASymbolMayDiffer() throws {
        let sample = try EmitterSample()
        for (index, symbol) in sample.plan.purgatory.symbols.enumerated() {
            func change(_ change: (inout SymbolPatch) -> Void) throws {
                var changed = symbol
                change(&changed)
                try expect(.otherSymbol(planned: changed, due: symbol)) {
                    $0.plan.purgatory.symbols[index] = changed
                }
            }
            try change { $0.name += "_" }
            try change { $0.address = PhysicalAddress(symbol.address.rawValue + 8) }
            try change { $0.address = PhysicalAddress(symbol.address.rawValue - 1) }
            for value in [SymbolPatch.Value.number(0xdead), .regionTable, .ownDigest]
            where value != symbol.value {
                try change { $0.value = value }
            }
        }
    }

    @Test func theSymbolsAreThoseOfTheContract() throws {
        let all = try EmitterSample().plan.purgatory.symbols
        let last = try #require(all.last)
        try expect(.otherSymbol(planned: nil, due: last)) { $0.plan.purgatory.symbols.removeLast() }
        try expect(.otherSymbol(planned: last, due: nil)) { $0.plan.purgatory.symbols.append(last) }
        // Another symbol of the object is not set, as little as code is.
        let verify = SymbolPatch(name: "purgatory_verify", address: last.address, value: .number(0))
        try expect(.otherSymbol(planned: verify, due: nil)) { $0.plan.purgatory.symbols.append(verify) }
    }

    @Test func noFieldOfASectionMayDiffer() throws {
        let sample = try EmitterSample()
        let sections = sample.plan.purgatory.sections
        #expect(sections.map(\.name) == [".text", ".rodata", ".bss"])
        for (index, section) in sections.enumerated() {
            func change(_ change: (inout PlacedSection) -> Void) throws {
                var changed = section
                change(&changed)
                try expect(.otherSection(planned: changed, object: section)) {
                    $0.plan.purgatory.sections[index] = changed
                }
            }
            try change { $0.name = ".data" }
            try change { $0.size -= 1 }
            try change { $0.size += 1 }
            for access in Access.allCases where access != section.access {
                try change { $0.access = access }
            }
            let other = sections[(index + 1) % sections.count]
            expectRefusal(sample, "the index of another") { $0.sections[index].index = other.index }
            for index in [0, -1, 99, .max] {
                var changed = section
                changed.index = index
                try expect(.otherSection(planned: changed, object: nil)) { sample in
                    sample.plan.purgatory.sections = sections.map { $0 == section ? changed : $0 }
                }
            }
            for distance in [1, 4, 64, 2048, 4096, 1 << 20, 1 << 40, 1 << 63] as [UInt64] {
                for address in [section.address.rawValue &+ distance, section.address.rawValue &- distance] {
                    expectRefusal(sample, "\(section.name) at \(address)") {
                        $0.sections[index].address = PhysicalAddress(address)
                    }
                }
            }
            try expect(.sectionNotPlaced(section.name, index: section.index, size: section.size)) {
                $0.plan.purgatory.sections.remove(at: index)
            }
            try expect(.sectionPlacedTwice(section)) { $0.plan.purgatory.sections.append(section) }
        }
    }

    /// The places are the plan's to choose, where the object's alignment allows them.
    @Test func sectionsAreAligned() throws {
        let text = try #require(EmitterSample().plan.purgatory.sections.first)
        var moved = text
        moved.address = PhysicalAddress(text.address.rawValue + 1024)
        try expect(.misalignedSection(moved, alignment: 2048)) { $0.plan.purgatory.sections[0] = moved }
    }

    @Test func theEntryIsTheObjects() throws {
        let entry = try EmitterSample().plan.entry
        for other in [entry.rawValue + 4, entry.rawValue - 4, 0, .max].map(PhysicalAddress.init) {
            try expect(.otherEntry(planned: other, object: entry)) { $0.plan.entry = other }
        }
    }

    @Test func theSegmentIsWhatItsSectionsTake() throws {
        let segment = try #require(EmitterSample().plan.segment(.purgatory))
        let (content, memory) = (segment.contentSize, segment.memorySize)
        for size in [content - 1, content + 1, 0, memory] {
            try expect(.wrongSize(.purgatory, size: content, planned: size)) {
                $0.change(.purgatory) { $0.contentSize = size }
            }
        }
        for size in [memory - 4096, memory + 4096, memory + 1, 0, .max] {
            try expect(.wrongMemorySize(size: memory, planned: size)) {
                $0.change(.purgatory) { $0.memorySize = size }
            }
        }
        for address in [segment.address.rawValue + 4096, .max].map(PhysicalAddress.init) {
            let text = try #require(EmitterSample().plan.purgatory.sections.first)
            try expect(.outsidePurgatory(text.name, text.address)) {
                $0.change(.purgatory) { $0.address = address }
            }
        }
        expectRefusal(try EmitterSample(), "a section beyond 64 bits") {
            $0.sections[2].address = PhysicalAddress(.max - 63)
        }
    }

    /// The object that a plan was made from, changed: the plan is not for it.
    @Test func anotherObjectIsRefused() throws {
        let object = try EmitterSample().sources.purgatory
        func expectObject(
            _ error: EmitterError, _ sections: [RelocatableObject.Section],
            _ symbols: [RelocatableObject.Symbol]
        ) throws {
            try expect(error) {
                $0.sources.purgatory = RelocatableObject(
                    sections: sections, symbols: symbols, relocations: object.relocations)
            }
        }
        let entry = PurgatoryContract.entry
        try expectObject(
            .linking(.missingSymbol(entry)), object.sections,
            object.symbols.map {
                $0.name == entry
                    ? .init(name: "start", place: $0.place, value: 0, size: 0, isGlobal: true) : $0
            })
        try expectObject(
            .linking(.wrongSymbolSize("arm64_sink", size: 4, expected: 8)), object.sections,
            object.symbols.map {
                $0.name == "arm64_sink"
                    ? .init(name: $0.name, place: $0.place, value: $0.value, size: 4, isGlobal: true) : $0
            })
        let text = try #require(object.sections.first)
        try expectObject(
            .linking(.writableAndExecutable(section: text.name)),
            [
                .init(
                    index: text.index, name: text.name, size: text.size, alignment: text.alignment,
                    isWritable: true, isExecutable: true, content: text.content)
            ] + object.sections.dropFirst(), object.symbols)
        let more = RelocatableObject.Section(
            index: 77, name: ".data", size: 8, alignment: 8, isWritable: true, isExecutable: false,
            content: [UInt8](repeating: 1, count: 8))
        try expectObject(
            .sectionNotPlaced(".data", index: 77, size: 8), object.sections + [more], object.symbols)
    }
}
