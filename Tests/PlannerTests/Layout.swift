import Arm64
import KexecPlan
import Testing

@testable import Planner

let kibi: UInt64 = 1 << 10
let mebi: UInt64 = 1 << 20
let gibi: UInt64 = 1 << 30

/// A machine and what is to be placed in it: the inputs of a plan in short.
struct Layout {
    /// System RAM.
    var ram: [Range<UInt64>]
    var reserved: [Range<UInt64>] = []
    var pageSize: UInt64 = 4 * kibi
    var granule: Granule = .granule4K
    var allowsMMUOff = false
    /// The size of the kernel's file, in bytes; nil for all of its memory.
    var kernelFile: UInt64?
    /// `image_size`.
    var kernel: UInt64 = 16 * mebi
    var textOffset: UInt64 = 0
    var placement: KernelImage.Placement = .anywhere
    var initrd: UInt64?
    var deviceTree: UInt64 = 8 * kibi
    var console: Console?
    var window: Range<UInt64>?
    var seeds: SeedPolicy = .none
    var purgatory: RelocatableObject?
    /// Roles without an input.
    var missing: Set<InputRole> = []

    func inputs() throws -> PlanningInputs {
        let sizes: [(InputRole, UInt64?)] = [
            (.kernel, kernelFile ?? kernel), (.initrd, initrd), (.dtb, deviceTree), (.memoryMap, 1),
            (.purgatory, 1),
        ]
        let inputs = sizes.compactMap { role, size -> Input? in
            guard let size, !missing.contains(role) else { return nil }
            return Input(role: role, name: role.rawValue, size: size, sha256: Self.digest(of: role))
        }
        return PlanningInputs(
            request: Request(
                commandLine: nil, console: console, granule: granule, allowsMMUOff: allowsMMUOff,
                seeds: seeds,
                memoryWindow: try window.map(range)),
            inputs: inputs,
            machine: Machine(
                pageSize: pageSize,
                memory: MemoryMap(
                    ram: try ram.map { .init(range: try range($0), kind: "System RAM") },
                    reserved: try reserved.map { .init(range: try range($0), kind: "reserved") })),
            kernel: KernelImage(
                textOffset: textOffset, imageSize: kernel, pageSize: .unspecified, placement: placement),
            deviceTree: draft, purgatory: try purgatory ?? TestPurgatory.object)
    }

    /// The changes of a tree: the initrd's addresses, and seeds.
    private var draft: PlanningInputs.DeviceTreeDraft {
        var edits: [DeviceTreeEdit] = []
        if initrd != nil {
            edits = ["linux,initrd-start", "linux,initrd-end"].map {
                DeviceTreeEdit(node: "/chosen", property: $0, change: .number(0))
            }
        }
        var slots: [RuntimeSlot] = []
        if seeds == .fresh {
            var offset: UInt64 = 0
            for (name, size) in [("kaslr-seed", 8), ("rng-seed", 128)] {
                let edit = DeviceTreeEdit(node: "/chosen", property: name, change: .zeros(size))
                edits.append(edit)
                slots.append(
                    RuntimeSlot(
                        segment: .dtb, offset: offset, length: UInt64(size), fill: .random,
                        purpose: edit.path))
                offset += UInt64(size)
            }
        }
        return .init(changes: DeviceTreePlan(edits: edits), size: deviceTree, runtimeSlots: slots)
    }

    /// The plan, which breaks no rule.
    func plan(sourceLocation: SourceLocation = #_sourceLocation) throws -> Plan {
        let plan = try Planner.plan(try inputs())
        #expect(plan.violations() == [], sourceLocation: sourceLocation)
        return plan
    }

    /// A digest that tells inputs apart.
    private static func digest(of role: InputRole) -> SHA256Digest {
        SHA256Digest(bytes: [UInt8](repeating: UInt8(role.rawValue.utf8.count), count: SHA256Digest.size))
            ?? .zero
    }
}

/// The addresses of a half-open range.
func range(_ range: Range<UInt64>) throws -> AddressRange {
    try #require(
        AddressRange(start: PhysicalAddress(range.lowerBound), end: PhysicalAddress(range.upperBound)))
}

extension Plan {
    /// The addresses of a segment.
    func place(_ role: SegmentRole) throws -> Range<UInt64> {
        let range = try #require(segment(role)?.range, "\(role.rawValue) has no place")
        return range.start.rawValue..<range.end.rawValue
    }
}
