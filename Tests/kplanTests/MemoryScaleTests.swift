import Arm64
import KexecPlan
import TestSupport
import Testing

@testable import kplan

@Suite("Pictures of memory are to scale")
struct MemoryScaleTests {
    @Test func oneRange() throws {
        let scale = MemoryScale(try range(0x4000_0000, 0x8000_0000), top: 100, height: 4096)
        #expect(scale.position(PhysicalAddress(0x4000_0000)) == 100)
        #expect(scale.position(PhysicalAddress(0x6000_0000)) == 100 + 2048)
        #expect(scale.position(PhysicalAddress(0x4004_0000)) == 101)
        #expect(scale.position(PhysicalAddress(0x8000_0000)) == 100 + 4096)
        // Beyond it: its edges.
        #expect(scale.position(.zero) == 100)
        #expect(scale.position(PhysicalAddress(.max)) == 100 + 4096)
        #expect(scale.bytesPerTenth == 0x4_0000)
        #expect(scale.place(try range(0x4000_0000, 0x4000_1000), minimum: 20) == (100, 20))
    }

    @Test("What is between banks is drawn shorter; the banks keep their scale")
    func banks() throws {
        let gibibyte: UInt64 = 1 << 30
        let banks = [
            try range(gibibyte, 2 * gibibyte), try range(512 * gibibyte, 515 * gibibyte),
        ]
        let scale = MemoryScale(AddressRangeSet(banks), top: 0, height: 4140)
        #expect(scale.stretches.map(\.isShortened) == [false, true, false])
        #expect(scale.stretches.map(\.height) == [1000, 140, 3000])
        #expect(scale.bottom == 4140)
        #expect(scale.position(PhysicalAddress(513 * gibibyte)) == 2140)
        // A hole that needs no more than that is to scale.
        let near = MemoryScale(
            AddressRangeSet([try range(0, gibibyte), try range(gibibyte + 0x100_0000, 2 * gibibyte)]), top: 0,
            height: 4140)
        #expect(near.stretches.map(\.isShortened) == [false, false, false])
        #expect(near.stretches[1].height == 31)
        #expect(near.stretches.map(\.isHole) == [false, true, false])
    }

    @Test("All of 64 bits, and any banks: rising, within the height")
    func extremes() throws {
        let all = MemoryScale(try range(0, .max), top: 0, height: 4800)
        #expect(all.position(PhysicalAddress(1 << 63)) == 2400)
        var random = SplitMix64(seed: 3)
        func address() -> UInt64 { random.next() >> (random.next() % 64) }
        for _ in 0..<300 {
            let ranges = (0..<Int(random.next() % 200 + 1)).compactMap { _ in
                AddressRange(start: PhysicalAddress(address()), size: address())
            }
            guard !ranges.isEmpty else { continue }
            let scale = MemoryScale(AddressRangeSet(ranges), top: 50, height: 4800)
            #expect(scale.bottom <= 50 + 4800 && scale.top == 50)
            let places = (0..<50).map { _ in PhysicalAddress(address()) }.sorted().map(scale.position)
            #expect(places == places.sorted())
            #expect(places.allSatisfy { scale.top...scale.bottom ~= $0 })
        }
    }

    @Test("Every segment is legible in some column, in its right place")
    func zooms() throws {
        for plan in [try samplePlan(), try farApart()] {
            let drawing = PlanDrawing.ofPicture(plan, id: "", width: 100)
            let picture = try #require(MemoryPicture(drawing))
            for segment in plan.segments {
                let range = try #require(segment.range)
                let bands = picture.zooms.columns.flatMap(\.self)
                let largest = bands.filter { $0.range.contains(range) }.map { $0.scale.place(range).height }
                    .max()
                #expect(largest ?? 0 >= ZoomColumns.legible, "\(segment.role)")
            }
            for (bands, sources) in zip(picture.zooms.columns.dropFirst(), picture.zooms.columns) {
                for band in bands {
                    let parent = try #require(sources.first { $0.range.contains(band.range) })
                    #expect(band.source.top == parent.scale.position(band.range.start))
                    #expect(band.source.bottom == parent.scale.position(band.range.end))
                    #expect(band.range.size < parent.range.size)
                }
            }
            // Bands don't overlap.
            for bands in picture.zooms.columns {
                for (band, next) in zip(bands, bands.dropFirst()) {
                    #expect(band.scale.bottom + 2 * ZoomColumns.margin <= next.scale.top)
                }
            }
        }
    }

    @Test("What is no RAM is not painted as free, also where it is drawn to scale")
    func holes() throws {
        var plan = try samplePlan()
        let bank = try #require(plan.machine.memory.ram.first).range
        let start = bank.end.rawValue + 32 << 20
        plan.machine.memory.ram.append(.init(range: try range(start, start + 1 << 30), kind: "System RAM"))
        let picture = try #require(MemoryPicture(PlanDrawing.ofPicture(plan, id: "", width: 100)))
        let free = picture.overview.source.split(separator: "<").filter { $0.contains("\"free\"") }.count
        #expect(free == 2)
    }

    /// Segments of 4 KiB to 1 GiB, all over 16 TiB.
    private func farApart() throws -> Plan {
        var plan = try samplePlan()
        plan.machine.memory.ram = [.init(range: try range(0, 1 << 44), kind: "System RAM")]
        for (index, place) in [
            (0x1000, 0x1000), (0x4000_0000, 0x4000_0000), (0x100_0000_0000, 0x2000),
            (0x100_0000_4000, 0x1000), (0xff0_0000_0000, 0x20_0000),
        ].enumerated() {
            plan.segments[index].address = PhysicalAddress(UInt64(place.0))
            plan.segments[index].memorySize = UInt64(place.1)
        }
        return plan
    }
}
