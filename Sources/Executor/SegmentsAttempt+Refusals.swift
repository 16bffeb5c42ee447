import Arm64
import Glibc
import KexecPlan

/// What a machine has against a kexec_load (kernel/kexec.c, `kexec_load_check`; kernel/kexec_core.c,
/// `sanity_check_segment_list`).
extension SegmentsAttempt {
    /// The reasons that kexec_load has for an errno.
    func candidates(_ errno: Int32, on state: MachineState) -> [Candidate] {
        let isCrash = flags.contains(.onCrash)
        return switch errno {
        case ENOSYS: state.lacking(.kexecLoad) + state.filtering
        case EPERM: state.forbidding(isCrash: isCrash) + state.forbiddingSegments + state.filtering
        case EACCES: state.appraisingSegments
        case EINVAL: malformed(on: state)
        case EADDRNOTAVAIL: misplaced(on: state)
        case EBUSY: state.occupying(isCrash: isCrash)
        case ENOMEM: exhausting(state)
        case EFAULT: [Candidate(.contentUnreadable, .possible, [])]
        default: []
        }
    }

    /// EADDRNOTAVAIL.
    private func misplaced(on state: MachineState) -> [Candidate] {
        let segments = segments.compactMap { segment -> Candidate? in
            let (start, size) = (segment.address, segment.memorySize)
            guard let end = start.advanced(by: size) else {
                return Candidate(
                    .beyondAddressSpace(segment.role, start: start, memorySize: size), .certain, [.request])
            }
            let page = state.pageSize
            guard page > 0, start.rawValue % page != 0 || end.rawValue % page != 0 else { return nil }
            return Candidate(
                .notPageAligned(segment.role, start: start, memorySize: size, pageSize: page), .certain,
                [.request])
        }
        let crash = Candidate(
            .outsideCrashMemory(size: state.crashMemory),
            flags.contains(.onCrash) ? state.crashMemory == 0 ? .certain : .possible : nil,
            [.file("/sys/kernel/kexec_crash_size"), .file("/proc/iomem")])
        return segments + [crash]
    }

    /// EINVAL.
    private func malformed(on state: MachineState) -> [Candidate] {
        let half = state.totalMemory.map { $0 / 2 }
        let limit = LoadMethod.segmentLimit
        var candidates = unknownFlags(on: state)
        candidates += [
            Candidate(
                .tooManySegments(count: segments.count, limit: limit), Certainty?(segments.count > limit),
                [.request]),
            Candidate(
                .otherArchitecture(running: state.architecture, due: .arm64),
                Certainty?(state.isOther(than: .arm64)), []),
        ]
        candidates += overlaps
        candidates += segments.filter { $0.contentSize > $0.memorySize }.map { segment in
            Candidate(
                .contentTooLarge(
                    segment.role, content: segment.contentSize, memorySize: segment.memorySize),
                .certain, [.request])
        }
        candidates.append(
            Candidate(
                .moreThanHalfOfMemory(needed: memorySize, limit: half),
                segments.isEmpty ? nil : Certainty?(half.map { memorySize > $0 }), [.file("/proc/meminfo")]))
        return candidates
    }

    /// Flags that the running kernel is too old for, or may be.
    private func unknownFlags(on state: MachineState) -> [Candidate] {
        var candidates: [Candidate] = []
        let unheard = flags.subtracting(LoadFlags.known.reduce([]) { $0.union($1.flag) })
        if !unheard.isEmpty {
            candidates.append(Candidate(.unknownFlags(unheard, since: nil), .certain, [.request]))
        }
        for (flag, since) in LoadFlags.known where flags.contains(flag) {
            guard let since else { continue }
            let isOlder = state.version.map { $0 < since } ?? false
            candidates.append(
                Candidate(
                    .unknownFlags(flag, since: since), isOlder ? .certain : .possible,
                    [.file("/proc/sys/kernel/osrelease")]))
        }
        return candidates
    }

    /// ENOMEM.
    private func exhausting(_ state: MachineState) -> [Candidate] {
        // MemAvailable is an estimate.
        let isShort = state.availableMemory.map { $0 < memorySize } ?? false
        return [
            Candidate(
                .outOfMemory(needed: memorySize, available: state.availableMemory),
                isShort ? .likely : .possible, [.file("/proc/meminfo")])
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
                Candidate(.overlap(other.0, placed[index].0), .certain, [.request])
            }
        }
    }
}
