import Arm64
import KexecPlan
import TestSupport

extension Layout {
    /// A machine with RAM anywhere in 48 bits, some of it reserved, and files of any size.
    static func random(_ random: inout SplitMix64) -> Layout {
        func size(_ bits: ClosedRange<UInt64>) -> UInt64 {
            UInt64.random(in: 1...(1 << UInt64.random(in: bits, using: &random)), using: &random)
        }
        func address(_ bits: ClosedRange<UInt64>) -> UInt64 { size(bits) - 1 }
        func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }

        var ram: [Range<UInt64>] = []
        for _ in 0..<Int.random(in: 1...12, using: &random) {
            let start = address(28...48) & ~(chance(4) ? 0 : 0xfff)
            let end = min(start + size(24...38), 1 << 48)
            ram.append(start..<max(end, start + 1))
        }
        var reserved: [Range<UInt64>] = []
        for _ in 0..<Int.random(in: 0...24, using: &random) {
            let inside = ram[Int.random(in: 0..<ram.count, using: &random)]
            let start = UInt64.random(in: inside, using: &random)
            reserved.append(start..<min(start + size(0...28), 1 << 48))
        }
        let kernel = size(16...26)
        var layout = Layout(ram: ram, reserved: reserved)
        layout.pageSize = Granule.allCases.randomElement(using: &random)?.size ?? 4096
        layout.granule = Granule.allCases.randomElement(using: &random) ?? .granule4K
        layout.kernel = kernel
        layout.kernelFile = UInt64.random(in: 1...kernel, using: &random)
        layout.textOffset = chance(3) ? UInt64.random(in: 0..<32, using: &random) << 16 : 0
        layout.placement = chance(4) ? .nearStartOfRAM : .anywhere
        layout.initrd = chance(4) ? nil : size(0...33)
        layout.seeds = chance(2) ? .fresh : .none
        layout.deviceTree = max(size(0...21), layout.seeds == .fresh ? 136 : 1)
        if chance(2) {
            layout.console = Console(
                kind: .pl011, address: PhysicalAddress(max(4, address(28...48) & ~3)))
        }
        if chance(8) {
            let start = address(28...48)
            layout.window = start..<start + size(30...47)
        }
        return layout
    }
}
