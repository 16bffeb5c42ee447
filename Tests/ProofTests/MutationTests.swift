import Arm64
import KexecPlan
import Testing

@testable import Proof

/// Sound tables with one thing changed: the proof finds it, and says what it is.
@Suite("Proof of damaged page tables")
struct MutationTests {
    typealias Problem = PageTableFinding.Problem

    @Test("Every bit of every descriptor that is not zero")
    func bitsOfDescriptors() throws {
        let sample = try ProofSample.small()
        var changed = sample
        for offset in sample.bytes.indices where !sample.descriptorIsZero(at: offset) {
            for bit in 0..<8 {
                changed.bytes[offset] ^= 1 << UInt8(bit)
                #expect(changed.proof.findings != [], "bit \(bit) of byte \(offset)")
                changed.bytes[offset] = sample.bytes[offset]
            }
        }
    }

    @Test("Every bit of every descriptor that is zero: each is met on its own", arguments: Granule.allCases)
    func bitsOfZeros(granule: Granule) throws {
        let sample = try ProofSample.small(granule)
        let geometry = try #require(
            WalkGeometry(granule: granule, inputAddressBits: sample.tables.inputAddressBits))
        let zeros = stride(from: 0, to: sample.bytes.count, by: 8).filter(sample.descriptorIsZero)
        let sound = sample.walk(geometry)
        #expect(sound.irregularities.isEmpty && zeros.count > 500)
        for bit in 0..<64 {
            var changed = sample
            for offset in zeros { changed.bytes[offset + bit / 8] = 1 << UInt8(bit % 8) }
            let walk = changed.walk(geometry)
            // Bit 0 alone makes a block of address 0 where there are blocks.
            let mapped = walk.entries.filter { $0.content == .memory(output: .zero, LeafAttributes.none) }
            #expect(bit == 0 || mapped.isEmpty)
            let places = Set(walk.irregularities.map(\.place))
            #expect(places.count + mapped.count == zeros.count, "bit \(bit)")
        }
    }

    @Test(
        "Bytes that are wrong all over: the first findings of each kind, in a moment", .timeLimit(.minutes(1))
    )
    func wrongAllOver() throws {
        var sample = try ProofSample.small()
        let sound = sample.tables.mappings
        sample.tables.mappings += try (0..<4000).map { index in
            var mapping = sound[0]
            mapping.range = try range(UInt64(index) << 12, 1 << 47)
            return mapping
        }
        // Every descriptor that was zero leads to a table (or, at level 3, maps a page) of 256 more, full of pages that
        // are elsewhere.
        let zeros = stride(from: 0, to: sample.bytes.count, by: 8).filter(sample.descriptorIsZero)
        let more = sample.base.rawValue + UInt64(sample.bytes.count)
        for (index, offset) in zeros.enumerated() {
            sample.write(more + UInt64(index % 256) << 12 | 3, at: offset)
        }
        for index in 0..<UInt64(256 * 512) {
            sample.bytes += [UInt8](repeating: 0, count: 8)
            sample.write(index << 13 | 3, at: sample.bytes.count - 8)
        }
        let proof = sample.proof
        #expect(proof.hasMore)
        #expect(proof.findings.count > 1000 && proof.findings.count < 20_000)
        let twice = proof.findings.filter { if case .plannedTwice = $0.problem { true } else { false } }
        #expect(twice.count == 1000)
        #expect(try !ProofSample.small().proof.hasMore)
    }

    @Test("A hole in the mapping")
    func hole() throws {
        var sample = try ProofSample.small()
        try sample.set(0x4000_0000 + 0x20_1000, 0)
        let hole = try range(0x4020_1000, 0x1000)
        #expect(sample.problems.first == .notMapped(hole, what: "kernel"))
        #expect(sample.problems.count == 2, "and the plan's own count is another: \(sample.problems)")
    }

    @Test("A whole branch less")
    func missingTable() throws {
        var sample = try ProofSample.small()
        let last = sample.bytes.count - 4096
        for index in sample.bytes.indices.suffix(4096) { sample.bytes[index] = 0 }
        let problems = sample.problems
        #expect(
            problems.contains(.notMapped(try range(0x6100_0000, UInt64(last) + 4096), what: "page-tables")))
    }

    @Test("A mapping too many")
    func extraMapping() throws {
        var sample = try ProofSample.small()
        let descriptor = try sample.descriptor(0x6000_1000) + 0x2000
        try sample.set(0x6000_3000, descriptor)
        let extra = try range(0x6000_3000, 0x1000)
        #expect(
            sample.problems == [.mappedInVain(extra), .outsideMemory(extra), .notPlanned(extra)])
    }

    @Test("Another address comes out")
    func notIdentity() throws {
        var sample = try ProofSample.small()
        try sample.set(0x6000_1000, sample.descriptor(0x6000_1000) | 1 << 40)
        #expect(
            sample.problems.contains(
                .notIdentity(try range(0x6000_1000, 0x1000), output: PhysicalAddress(1 << 40 | 0x6000_1000))))
    }

    @Test("Writable and executable")
    func writableText() throws {
        var sample = try ProofSample.small()
        try sample.set(0x6000_0000, sample.descriptor(0x6000_0000) & ~(1 << 7))
        let text = try range(0x6000_0000, 0x1000)
        let rights = AccessRights(write: true, execute: true, unprivileged: false)
        #expect(sample.problems.contains(.writableAndExecutable(text)))
        #expect(
            sample.problems.contains(
                .rights(text, what: "purgatory .text", found: rights, due: .readExecute)))
    }

    @Test("What one regime alone reads is said of it")
    func executeNever() throws {
        var sample = try ProofSample.small()
        let page = try range(0x6000_0000, 0x1000)
        let rights = AccessRights(write: false, execute: false, unprivileged: false)
        let due = Problem.rights(page, what: "purgatory .text", found: rights, due: .readExecute)
        try sample.set(0x6000_0000, sample.descriptor(0x6000_0000) | 1 << 53)
        #expect(sample.proof.findings.first == PageTableFinding(problem: due, regimes: [.el1, .el2E2H]))
        try sample.set(0x6000_0000, sample.descriptor(0x6000_0000) ^ 0b11 << 53)
        #expect(sample.proof.findings.first == PageTableFinding(problem: due, regimes: [.el2]))
    }

    @Test("EL0 gets in: PAN would keep EL1 out")
    func unprivileged() throws {
        var sample = try ProofSample.small()
        try sample.set(0x6000_1000, sample.descriptor(0x6000_1000) | 1 << 6)
        let rights = AccessRights(write: false, execute: false, unprivileged: true)
        let page = try range(0x6000_1000, 0x1000)
        #expect(
            sample.proof.findings.contains(
                PageTableFinding(
                    problem: .rights(page, what: "purgatory .rodata", found: rights, due: .readOnly),
                    regimes: [.el1, .el2E2H])))
    }

    @Test("Rights that a table takes from all below it")
    func hierarchy() throws {
        var sample = try ProofSample.small()
        let pointer = try sample.pointer(0x6000_0000, level: 2)
        // APTable[1]: nothing below may be written.
        sample.write(sample.read(pointer) | 1 << 62, at: pointer)
        let rights = AccessRights(write: false, execute: false, unprivileged: false)
        let stack = try range(0x6000_2000, 0x1000)
        #expect(
            sample.problems.contains(
                .rights(stack, what: "purgatory .bss", found: rights, due: .readWrite)))
        #expect(sample.kinds.contains(.hierarchy(1 << 62)))
    }

    @Test("The wrong root")
    func root() throws {
        var sample = try ProofSample.small()
        sample.tables.root = PhysicalAddress(0x6100_1000)
        let problems = sample.problems
        #expect(
            problems.contains(
                .rootNotFirst(PhysicalAddress(0x6100_1000), first: PhysicalAddress(0x6100_0000))))
        #expect(problems.contains(.unreachedTable(PhysicalAddress(0x6100_0000))))
        #expect(problems.contains { if case .notMapped(_, "kernel") = $0 { true } else { false } })

        sample.tables.root = PhysicalAddress(0x6100_0800)
        #expect(sample.problems.contains(.rootMisaligned(PhysicalAddress(0x6100_0800), alignment: 4096)))
        sample.tables.root = PhysicalAddress(0x5000_0000)
        #expect(sample.kinds.contains(.tableOutside(PhysicalAddress(0x5000_0000))))
    }

    @Test("An address beyond the range")
    func beyondAddressBits() throws {
        var sample = try ProofSample.small()
        let far = try ProofSample.due(1 << 40, 0x1000, what: "initrd")
        sample.expectation.due.append(far)
        #expect(sample.problems.contains(.beyondAddressBits(far.range, what: "initrd", bits: 31)))
        #expect(sample.problems.contains(.inputAddressBits(31, due: 41)))
        #expect(sample.problems.contains(.controlField(name: "T0SZ", found: 33, due: 23)))
        // Beyond what any tables of this form translate.
        sample.expectation.due.append(try ProofSample.due(1 << 50, 0x1000, what: "dtb"))
        #expect(
            sample.problems.contains(.beyondAddressBits(try range(1 << 50, 0x1000), what: "dtb", bits: 31)))
    }

    @Test("More tables than needed")
    func tablesToSpare() throws {
        // A block of 2 MiB as 512 pages.
        var sample = try ProofSample.small()
        let block = try sample.pointer(0x4000_0000, level: 2)
        let attributes = sample.read(block) & ~0x0000_ffff_ffff_f000
        let table = 0x6100_0000 + UInt64(sample.bytes.count)
        for page in 0..<512 as Range<UInt64> {
            sample.bytes += (0..<8).map {
                UInt8(truncatingIfNeeded: (0x4000_0000 + page << 12 | attributes | 2) >> (8 * $0))
            }
        }
        sample.write(table | 3, at: block)
        let fewest = sample.tables.tables.last?.count ?? 0
        #expect(sample.problems.contains(.tableCount(level: 3, found: fewest + 1, fewest: fewest)))
        #expect(!sample.problems.contains { if case .notMapped(_, "kernel") = $0 { true } else { false } })
    }

    @Test("Each bit of each register")
    func registers() throws {
        let sample = try ProofSample.small()
        let registers: [WritableKeyPath<TranslationRegisters, UInt64>] = [
            \.tcrEL1, \.tcrEL2, \.tcrEL2E2H, \.mair,
        ]
        for register in registers {
            // Of MAIR, what the descriptors use.
            for bit in 0..<(register == \.mair ? 16 : 64) as Range<UInt64> {
                var changed = sample
                changed.tables.registers?[keyPath: register] ^= 1 << bit
                #expect(changed.proof.findings != [], "bit \(bit)")
            }
        }
    }

    @Test("A register's fault is said of its regime")
    func registerOfRegime() throws {
        var sample = try ProofSample.small()
        sample.tables.registers?.tcrEL2E2H |= 1 << 7
        let findings = sample.proof.findings
        #expect(
            findings == [
                PageTableFinding(
                    problem: .noWalk(tcr: sample.tables.walkRegisters.tcrEL2E2H), regimes: [.el2E2H]),
                PageTableFinding(problem: .controlField(name: "EPD0", found: 1, due: 0), regimes: [.el2E2H]),
            ])
    }

    @Test("Memory that is reserved, and things that need different attributes of one page")
    func expectations() throws {
        var sample = try ProofSample.small()
        let page = try range(0x4000_0000, 0x1000)
        sample.expectation.mappable = sample.expectation.mappable.subtracting(AddressRangeSet([page]))
        #expect(sample.problems == [.outsideMemory(page)])
        sample = try ProofSample.small()
        sample.expectation.due.append(try ProofSample.due(0x6000_0000, 0x1000, .readWrite, what: "other"))
        #expect(
            sample.problems == [.conflict(try range(0x6000_0000, 0x1000), "purgatory .text", "other")])
    }

    @Test("A plan that says another thing than the bytes")
    func planned() throws {
        var sample = try ProofSample.small()
        sample.tables.mappings[1].access = .readWrite
        sample.tables.mappings[2].entries = []
        sample.tables.tables[1].count += 1
        let found = sample.tables.mappings.map(\.entries)[1]
        #expect(
            sample.problems == [
                .plannedTables(
                    level: 2, planned: sample.tables.tables[1].count, found: sample.tables.tables[1].count - 1
                ),
                .plannedMapping(sample.tables.mappings[1].range, found: found, alike: false),
                .plannedMapping(
                    sample.tables.mappings[2].range, found: [.init(size: 4096, count: 1)], alike: true),
            ])
    }
}
