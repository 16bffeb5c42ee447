import Arm64
import Emulation
import KexecPlan

/// What booting.rst (Documentation/arch/arm64, "Call the kernel image") demands at the kernel's first instruction.
enum BootChecks {
    /// `ARM\x64` at offset 56 of the Image, little-endian (booting.rst, the header).
    private static let imageMagic: UInt64 = 0x644d_5241
    private static let imageMagicOffset: UInt64 = 56
    /// FDT_MAGIC, big-endian (Devicetree Specification, 5.2).
    private static let treeMagic: UInt64 = 0xd00d_feed

    /// What has to be read of memory at the end, in the order of `all`.
    static func memory(_ subject: SimulationSubject) -> [SimulationRequest.MemoryRange] {
        let kernel = subject.segment(.kernel)?.segment.address.rawValue ?? 0
        let tree = subject.plan.segment(.dtb)?.address.rawValue ?? 0
        return [
            .init(address: kernel &+ imageMagicOffset, count: 4), .init(address: tree, count: 4),
        ]
    }

    /// Where purgatory may store to: its own segment, and the report that it hands to the kernel. All else was verified, or
    /// will be used as if it was.
    static func expectedStores(_ subject: SimulationSubject) -> [Range<UInt64>] {
        let slots = subject.plan.runtimeSlots.compactMap { slot -> AddressRange? in
            guard slot.fill == .report,
                let start = subject.segment(slot.segment)?.segment.address.advanced(by: slot.offset)
            else { return nil }
            return AddressRange(start: start, size: slot.length)
        }
        return ([subject.segment(.purgatory)?.range].compactMap(\.self) + slots)
            .map { $0.start.rawValue..<$0.end.rawValue }
    }

    /// - Parameter memory: what `memory` asked for.
    static func all(
        _ outcome: Outcome, of subject: SimulationSubject, memory: [[UInt8]?]
    ) -> [SimulationCheck] {
        let image = memory.first?.map { number($0.reversed()) }
        let tree = memory.dropFirst().first?.map { number($0) }
        let textOffset = subject.plan.kernel.textOffset
        let due = subject.plan.segment(.dtb)?.address.rawValue ?? 0
        let x = outcome.registers
        let daif = outcome.pstate >> 6 & 0xf
        let now = outcome.translation
        // Nobody relies on what purgatory leaves in its own memory.
        let own = subject.segment(.purgatory)?.range
        let hidden = outcome.accesses.hiddenLines.filter { own?.contains(PhysicalAddress($0)) != true }
        let dirty = outcome.accesses.dirtyLines
        return [
            .init(
                .image(address: outcome.pc, textOffset: textOffset, magic: image),
                image == imageMagic
                    && (outcome.pc &- textOffset).isMultiple(of: BootProtocol.kernelAlignment)),
            .init(
                .deviceTree(x0: x[0], due: due, magic: tree),
                x[0] == due && tree == treeMagic
                    && x[0].isMultiple(of: BootProtocol.deviceTreeAlignment)),
            .init(.zeroRegisters(Array(x[1...3])), x[1...3].allSatisfy { $0 == 0 }),
            .init(.interrupts(daif: daif), daif == 0xf),
            .init(.exceptionLevel(outcome.currentEL), (1...2).contains(outcome.currentEL)),
            .init(
                .translation(
                    isMMUOn: now.isMMUOn, isDataCacheOn: now.isDataCacheOn,
                    isInstructionCacheOn: now.isInstructionCacheOn),
                !now.isMMUOn && !now.isDataCacheOn),
            .init(.byteOrder(ee: now.sctlr >> 25 & 1), now.sctlr >> 25 & 1 == 0),
            .init(.strayStores(outcome.accesses.strayStores), outcome.accesses.strayStores.isEmpty),
            .init(.dirtyLines(count: dirty.count, first: dirty.first), dirty.isEmpty),
            .init(.hiddenLines(hidden), hidden.isEmpty),
        ]
    }

    private static func number(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
