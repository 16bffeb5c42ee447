import Arm64
import Emulation

// What was looked at in a simulation, and what it was.

extension Messages {
    /// - Parameter place: what an address is called: a symbol of purgatory, a segment.
    static func text(_ check: SimulationCheck, place: (UInt64) -> String) -> String {
        switch check.subject {
        case .image(let address, let textOffset, let magic):
            """
            kernel: an Image at \(address.hex), text_offset \(textOffset.hex) above a multiple of 2 MiB\
            \(check.isMet ? "" : "; found magic \(magic?.hex ?? "nothing"), due is 0x644d5241 (\"ARM\\x64\")")
            """
        case .deviceTree(let x0, let due, let magic):
            check.isMet
                ? "x0: \(x0.hex), the device tree, magic 0xd00dfeed, 8-byte aligned"
                : "x0: \(x0.hex), due is \(due.hex), where the device tree's magic is \(magic?.hex ?? "not")"
        case .zeroRegisters(let values):
            "x1, x2, x3: \(values.map(\.hex).joined(separator: ", ")); due is 0"
        case .interrupts(let daif):
            "DAIF: \(Self.bits(daif, 4)): \(daif == 0xf ? "all masked" : "not all masked")"
        case .exceptionLevel(let level): "exception level: EL\(level)"
        case .translation(let isMMUOn, let isDataCacheOn, let isInstructionCacheOn):
            """
            MMU \(onOff(isMMUOn)), D-cache \(onOff(isDataCacheOn)); I-cache \(onOff(isInstructionCacheOn)), which \
            may be either
            """
        case .byteOrder(let ee): "SCTLR.EE \(ee): data is \(ee == 0 ? "little" : "big")-endian"
        case .strayStores(let stores):
            if let first = stores.first {
                """
                memory: stores to \(place(first.first.address)) and the \
                \(first.range.upperBound - first.range.lowerBound) bytes at \(first.range.lowerBound.hex)\
                \(stores.count > 1 ? ", and in \(stores.count - 1) other places" : ""), by \
                \(place(first.first.pc)): it is not what was verified
                """
            } else {
                "memory: stores went to purgatory, its report and the console alone: all else is as loaded"
            }
        case .hiddenLines(let lines):
            if let first = lines.first {
                """
                caches: \(lines.count) lines of 64 bytes may be there as they were before a store around the cache, the \
                first at \(place(first))
                """
            } else {
                "caches: no line that was accessed there hides a later store around the cache"
            }
        case .dirtyLines(0, _): "caches: every line that was written is clean to the point of coherency"
        case .dirtyLines(let count, let first):
            """
            caches: \(count) lines of 64 bytes were written and not cleaned to the point of coherency, the first at \
            \(first.map(place) ?? "")
            """
        case .addressRange(let bits, let role, let last):
            """
            physical addresses: the last is \(last.hex) (\(role.rawValue)), \
            \(check.isMet ? "within" : "beyond the range of") the CPU's \(bits) bits
            """
        case .outputSize(let register, let cpu, let needed):
            """
            TCR's IPS or PS: \(register) bits\(register > cpu ? ", of which the CPU has \(cpu)" : ""), the tables \
            need \(needed)\(check.isMet ? "" : ": what lies above is beyond the range, an address size fault")
            """
        case .root(let ttbr0, let planned):
            "page tables: TTBR0 is \(ttbr0.hex)\(check.isMet ? ", the planned root" : ", the planned root is \(planned.hex)")"
        case .identity(nil): "page tables: what they map, they map to itself"
        case .identity(let found?):
            """
            page tables: \(place(found.address)) is mapped \
            \(found.output.map { "to \($0.hex), not to itself" } ?? "by a table that maps other addresses too")\
            \(found.isBeyondRange ? ": beyond the range of the CPU, an address size fault" : "")
            """
        case .control(nil): "TCR: as the tables need it"
        case .control(let field?):
            "TCR: \(field.name) is \(field.found.hex), the tables need \(field.due.hex)"
        case .attributes(nil): "memory types: segments are Normal write-back, the console is Device"
        case .attributes(let found?):
            """
            memory types: with MAIR \(found.mair.hex), \(place(found.address)) is not \
            \(found.due == .normal ? "Normal write-back" : "Device")
            """
        case .alignment(nil): "alignment: no unaligned access with the MMU off"
        case .alignment(let access?):
            """
            alignment: \(access.size) bytes at \(access.address.hex) with the MMU off, by \(place(access.pc)): \
            Device memory, a CPU faults
            """
        case .staleData(nil): "coherency: nothing was accessed around the cache that the cache had newer"
        case .staleData(let access?):
            """
            coherency: \(place(access.address)) was accessed around the cache, which has newer data, by \
            \(place(access.pc))
            """
        }
    }

    static func text(_ item: SimulationReport.NotJudged) -> String {
        switch item {
        case .floatingPointTraps: "traps of FP and SIMD (CPACR, CPTR): the emulator never traps them"
        case .maintenance: "TLB maintenance, barriers, instruction cache maintenance: the emulator needs none"
        case .cacheability:
            """
            what an access does in a cache: with MMU and D-cache on each counts as cached; memory types are \
            judged by the tables
            """
        case .fetchedAhead: "lines that a CPU caches without an access: those accessed are followed"
        case .granule16K:
            "the page tables: no emulated CPU has the 16K granule, so that purgatory ran with the MMU off"
        case .tablesNotUsed: "the page tables: the MMU stayed off"
        case .consoleTimes: "times on the console: they are the emulator's"
        case .runtimeSlots: "what apply fills in on the machine (seeds): it is zero here"
        }
    }

    private static func onOff(_ value: Bool) -> String { value ? "on" : "off" }

    private static func bits(_ value: UInt64, _ count: Int) -> String {
        let digits = String(value, radix: 2)
        return String(repeating: "0", count: max(0, count - digits.count)) + digits
    }
}
