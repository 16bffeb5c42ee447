import Arm64
import KexecPlan

/// What a machine has against what is loaded (kernel/kexec_core.c, `sanity_check_segment_list`).
extension LoadRequest {
    /// Flags that every arm64 kernel knows.
    private static let oldFlags: LoadFlags = .onCrash
    /// Flags that newer arm64 kernels know.
    private static let newFlags: LoadFlags = [.updateElfCoreHeader, .crashHotplugSupport]

    /// EADDRNOTAVAIL.
    func misplaced(on state: MachineState) -> [Candidate] {
        let segments = segments.compactMap { segment -> Candidate? in
            let (start, size) = (segment.address, segment.memorySize)
            guard let end = start.advanced(by: size) else {
                return Candidate(
                    .beyondAddressSpace(segment.role, start: start, memorySize: size), .observed, [.request])
            }
            let page = state.pageSize
            guard page > 0, start.rawValue % page != 0 || end.rawValue % page != 0 else { return nil }
            return Candidate(
                .notPageAligned(segment.role, start: start, memorySize: size, pageSize: page), .observed,
                [.request])
        }
        let crash = Candidate(
            .outsideCrashMemory(size: state.crashMemory),
            flags.contains(.onCrash) ? state.crashMemory == 0 ? .observed : .possible : .excluded,
            [.file("/sys/kernel/kexec_crash_size"), .file("/proc/iomem")])
        return segments + [crash]
    }

    /// EINVAL.
    func malformed(on state: MachineState) -> [Candidate] {
        let half = state.totalMemory.map { $0 / 2 }
        let limit = LoadMethod.segmentLimit
        let known = Self.oldFlags.union(Self.newFlags)
        var candidates = [
            Candidate(
                .otherArchitecture(running: state.architecture),
                Finding(!["aarch64", "aarch64_be"].contains(state.architecture)), []),
            Candidate(
                .tooManySegments(count: segments.count, limit: limit), Finding(segments.count > limit),
                [.request]),
        ]
        candidates += overlaps
        candidates += segments.filter { UInt64($0.content.count) > $0.memorySize }.map { segment in
            Candidate(
                .contentTooLarge(
                    segment.role, content: UInt64(segment.content.count), memorySize: segment.memorySize),
                .observed, [.request])
        }
        candidates += [
            Candidate(
                .moreThanHalfOfMemory(needed: memorySize, limit: half), Finding(half.map { memorySize > $0 }),
                [.file("/proc/meminfo")]),
            Candidate(
                .unknownFlags(flags.subtracting(known)), Finding(!flags.isSubset(of: known)), [.request]),
            Candidate(
                .unknownFlags(flags.intersection(Self.newFlags)),
                flags.isDisjoint(with: Self.newFlags) ? .excluded : .possible, [.request]),
        ]
        return candidates
    }

    /// ENOMEM.
    func exhausting(_ state: MachineState) -> [Candidate] {
        let isShort = state.availableMemory.map { $0 < memorySize } ?? false
        return [
            Candidate(
                .outOfMemory(needed: memorySize, available: state.availableMemory),
                isShort ? .observed : .possible, [.file("/proc/meminfo")])
        ]
    }

    /// The memory of all segments, in bytes; the most that 64 bits hold where it is more.
    private var memorySize: UInt64 {
        segments.reduce(0) { sum, segment in
            let (next, overflow) = sum.addingReportingOverflow(segment.memorySize)
            return overflow ? .max : next
        }
    }

    private var overlaps: [Candidate] {
        let placed = segments.compactMap { segment in
            AddressRange(start: segment.address, size: segment.memorySize).map { (segment.role, $0) }
        }
        return placed.indices.flatMap { index in
            placed[..<index].filter { $0.1.overlaps(placed[index].1) }.map { other in
                Candidate(.overlap(other.0, placed[index].0), .observed, [.request])
            }
        }
    }
}
