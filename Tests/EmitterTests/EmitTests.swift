import Arm64
import BootInputs
import Crypto
import Emitter
import KexecPlan
import Testing

@Suite struct EmitTests {
    @Test func everySegmentIsEmittedAsPlanned() throws {
        let sample = try EmitterSample()
        let emitted = try sample.emit()
        #expect(try sample.emit() == emitted)
        #expect(emitted.map(\.role) == sample.plan.segments.map(\.role))
        #expect(emitted.map(\.role).count == SegmentRole.allCases.count)
        for (segment, planned) in zip(emitted, sample.plan.segments) {
            #expect(segment.address == planned.address)
            #expect(segment.memorySize == planned.memorySize)
            #expect(segment.contentSize == planned.contentSize)
            if let bytes = segment.bytes {
                #expect(UInt64(bytes.count) == planned.contentSize)
                #expect(segment.sha256.bytes == Array(SHA256.hash(data: bytes)))
            }
        }
        #expect(try emitted.first(.kernel).content == .input(.kernel))
        #expect(try emitted.first(.kernel).sha256 == sample.plan.input(.kernel)?.sha256)
        #expect(try emitted.first(.initrd).content == .input(.initrd))
        #expect(try emitted.first(.dtb).bytes == sample.sources.deviceTree)
    }

    @Test func sealingWritesTheDigestsAndNothingElse() throws {
        let sample = try EmitterSample()
        let emitted = try sample.emit()
        var sealed = Emitter.seal(sample.plan, with: emitted)
        #expect(sealed.segments.map(\.sha256) == emitted.map(\.sha256))
        #expect(!sealed.segments.contains { $0.sha256 == .zero })
        #expect(sealed.violations() == [])
        // Digests in the plan don't change what is emitted.
        #expect(try Emitter.emit(sealed, from: sample.sources) == emitted)
        for index in sealed.segments.indices {
            sealed.segments[index].sha256 = sample.plan.segments[index].sha256
        }
        #expect(sealed == sample.plan)
        // What wasn't emitted stays.
        #expect(Emitter.seal(sample.plan, with: []) == sample.plan)
    }

    /// Purgatory's table and its digest of itself, read back from its bytes.
    @Test func purgatoryHoldsThePlansDigests() throws {
        let sample = try EmitterSample()
        let emitted = try sample.emit()
        let plan = Emitter.seal(sample.plan, with: emitted)
        let purgatory = try emitted.first(.purgatory)
        var bytes = try #require(purgatory.bytes)
        func offset(_ name: String) throws -> Int {
            let symbol = try #require(plan.purgatory.symbols.first { $0.name == name })
            return Int(symbol.address.rawValue - purgatory.address.rawValue)
        }
        func number(_ offset: Int) -> UInt64 {
            (0..<8).reversed().reduce(0) { $0 << 8 | UInt64(bytes[offset + $1]) }
        }

        let table = try offset("purgatory_regions")
        for (index, segment) in plan.checkedSegments.enumerated() {
            let entry = table + index * 80
            #expect(number(entry) == segment.address.rawValue)
            #expect(number(entry + 8) == segment.contentSize)
            #expect(number(entry + 16) == segment.memorySize)
            let name = Array(segment.role.rawValue.utf8)
            #expect(Array(bytes[entry + 24..<entry + 40].prefix { $0 != 0 }) == name)
            #expect(Array(bytes[entry + 40..<entry + 72]) == segment.sha256.bytes)
            #expect(number(entry + 72) == 0)
        }
        #expect(bytes[table + plan.checkedSegments.count * 80..<table + 1280].allSatisfy { $0 == 0 })
        for symbol in plan.purgatory.symbols {
            if case .number(let value) = symbol.value { #expect(try number(offset(symbol.name)) == value) }
        }

        let own = try offset("purgatory_sha256")
        let digest = Array(bytes[own..<own + 32])
        bytes.replaceSubrange(own..<own + 32, with: [UInt8](repeating: 0, count: 32))
        #expect(Array(SHA256.hash(data: bytes)) == digest)
    }

    /// Expects an error where the bytes are put together: nothing there relies on the plan having been checked.
    private func expectOfContent(
        _ error: EmitterError, sourceLocation: SourceLocation = #_sourceLocation,
        _ change: (inout EmitterSample) throws -> Void
    ) throws {
        var sample = try EmitterSample()
        try change(&sample)
        #expect(throws: error, sourceLocation: sourceLocation) { try sample.purgatoryContent() }
        #expect(throws: EmitterError.self, sourceLocation: sourceLocation) { try sample.emit() }
    }

    @Test func whatIsMissingIsNamed() throws {
        try expect(.missing(.purgatory)) { $0.plan.segments.removeAll { $0.role == .purgatory } }
        try expect(.missing(.kernel)) { $0.plan.inputs.removeAll { $0.role == .kernel } }
        try expect(.missing(.initrd)) { $0.plan.inputs.removeAll { $0.role == .initrd } }
        try expect(.missing(.pageTables)) { $0.plan.pageTables = nil }
    }

    @Test func sizesAreThoseOfThePlan() throws {
        try expect(.wrongSize(.kernel, size: 300_000, planned: 299_999)) {
            $0.change(.kernel) { $0.contentSize = 299_999 }
        }
        try expect(.wrongSize(.initrd, size: 0, planned: 100_001)) { sample in
            for index in sample.plan.inputs.indices where sample.plan.inputs[index].role == .initrd {
                sample.plan.inputs[index].size = 0
            }
        }
        try expect(.wrongSize(.dtb, size: 5000, planned: 5001)) { $0.sources.deviceTree.removeLast() }
        let tables = try #require(EmitterSample().plan.segment(.pageTables)).contentSize
        try expect(.wrongSize(.pageTables, size: tables, planned: tables + 4096)) {
            $0.change(.pageTables) { $0.contentSize += 4096 }
        }
        for size in [64 << 20 + 1, .max] as [UInt64] {
            try expectOfContent(.wrongSize(.purgatory, size: size, planned: 64 << 20)) {
                $0.change(.purgatory) { $0.contentSize = size }
            }
        }
    }

    @Test func nothingIsWrittenOutsideOfPurgatory() throws {
        let plan = try EmitterSample().plan
        let purgatory = try #require(plan.segment(.purgatory))
        let end = purgatory.address.rawValue + purgatory.contentSize
        let below = PhysicalAddress(purgatory.address.rawValue - 1)
        let addresses = [
            below, PhysicalAddress(0), PhysicalAddress(end - 7), PhysicalAddress(end + 1),
            PhysicalAddress(.max),
        ]
        for address in addresses {
            let name = plan.purgatory.sections[0].name
            try expectOfContent(.outsidePurgatory(name, address)) {
                $0.plan.purgatory.sections[0].address = address
            }
            // Any symbol with a number.
            let index = try #require(plan.purgatory.symbols.firstIndex { $0.name == "purgatory_len" })
            try expectOfContent(.outsidePurgatory("purgatory_len", address)) {
                $0.plan.purgatory.symbols[index].address = address
            }
        }
        for address in [below, PhysicalAddress(end + 1), PhysicalAddress(.max)] {
            let symbol = plan.purgatory.relocations[0].symbol
            try expectOfContent(.outsidePurgatory(symbol, address)) {
                $0.plan.purgatory.relocations[0].site = address
            }
        }
    }

    @Test func relocationsThatCannotBeAreNamed() throws {
        let plan = try EmitterSample().plan
        let purgatory = try #require(plan.segment(.purgatory))
        let first = plan.purgatory.relocations[0]
        func relocation(
            _ type: RelocationType, at site: UInt64, value: UInt64, is error: RelocationError
        ) throws {
            try expectOfContent(.relocation(error, symbol: first.symbol)) {
                $0.plan.purgatory.relocations[0] = PlannedRelocation(
                    site: PhysicalAddress(site), type: type, symbol: first.symbol, addend: 0, value: value)
            }
        }
        let base = purgatory.address.rawValue
        let end = base + purgatory.contentSize
        try relocation(
            .call26, at: base, value: base + 128 << 20,
            is: .outOfRange(type: .call26, site: base, value: base + 128 << 20))
        try relocation(
            .call26, at: base, value: base + 2,
            is: .misaligned(type: .call26, site: base, value: base + 2, alignment: 4))
        try relocation(.abs64, at: end - 7, value: 0, is: .outsideSection(type: .abs64, site: end - 7))
        try relocation(.abs32, at: end, value: 0, is: .outsideSection(type: .abs32, site: end))
    }

    @Test func theTableTakes16Segments() throws {
        func sample(_ count: Int) throws -> EmitterSample {
            var sample = try EmitterSample()
            let tree = try #require(sample.plan.segment(.dtb))
            let more = count - sample.plan.checkedSegments.count
            sample.plan.segments += Array(repeating: tree, count: more)
            return sample
        }
        #expect(throws: Never.self) { try sample(16).emit() }
        #expect(throws: EmitterError.tooManyRegions(17)) { try sample(17).emit() }
    }

    @Test func tablesThatCannotBeAreNamed() throws {
        let mappings = try #require(EmitterSample().plan.pageTables).mappings
        let first = mappings[0].range
        func range(_ start: UInt64, _ end: UInt64) throws -> AddressRange {
            try #require(AddressRange(start: PhysicalAddress(start), end: PhysicalAddress(end)))
        }
        let ragged = try range(first.start.rawValue, first.end.rawValue - 1)
        try expect(.pageTables(.notWholePages(ragged, pageSize: 4096))) {
            $0.plan.pageTables?.mappings[0].range = ragged
        }
        try expect(.pageTables(.overlap(first, first))) {
            $0.plan.pageTables?.mappings.append(mappings[0])
        }
        let beyond = try range(1 << 48, 1 << 48 + 4096)
        try expect(.pageTables(.addressBeyondTables(beyond))) {
            $0.plan.pageTables?.mappings[0].range = beyond
        }
        let end = try range(first.start.rawValue, .max - 4095)
        try expect(.pageTables(.addressBeyondTables(end))) {
            $0.plan.pageTables?.mappings = [mappings[0]]
            $0.plan.pageTables?.mappings[0].range = end
        }
        let size = try #require(EmitterSample().plan.segment(.pageTables)).contentSize
        for root in [1 << 48 - size + 4096, 1 << 48, UInt64.max - 4095].map(PhysicalAddress.init) {
            try expect(.pageTables(.rootBeyondTables(root, size: size))) { $0.plan.pageTables?.root = root }
        }
        for root in [UInt64.max, 0x4000_0800].map(PhysicalAddress.init) {
            try expect(.pageTables(.rootNotAligned(root, pageSize: 4096))) { $0.plan.pageTables?.root = root }
        }
        var highest = try EmitterSample()
        highest.plan.pageTables?.root = PhysicalAddress(1 << 48 - size)
        for index in highest.plan.purgatory.symbols.indices
        where highest.plan.purgatory.symbols[index].name == "pgtble_base" {
            highest.plan.purgatory.symbols[index].value = .number(1 << 48 - size)
        }
        #expect(throws: Never.self) { try highest.emit() }
    }
}
