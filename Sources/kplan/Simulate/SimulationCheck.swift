import Arm64
import Emulation
import KexecPlan

/// One thing that was looked at, and whether it is as it has to be.
struct SimulationCheck: Equatable {
    /// What.
    let subject: Subject
    /// It is as it has to be.
    let isMet: Bool

    init(_ subject: Subject, _ isMet: Bool) {
        self.subject = subject
        self.isMet = isMet
    }

    enum Subject: Equatable {
        // Documentation/arch/arm64/booting.rst, at the kernel's first instruction.
        case image(address: UInt64, textOffset: UInt64, magic: UInt64?)
        case deviceTree(x0: UInt64, due: UInt64, magic: UInt64?)
        case zeroRegisters([UInt64])
        case interrupts(daif: UInt64)
        case exceptionLevel(UInt64)
        case translation(isMMUOn: Bool, isDataCacheOn: Bool, isInstructionCacheOn: Bool)
        case byteOrder(ee: UInt64)
        case strayStores([Outcome.StrayStores])
        case dirtyLines(count: Int, first: UInt64?)
        case hiddenLines([UInt64])

        // What Unicorn doesn't look at.
        case addressRange(bits: UInt64, role: SegmentRole, last: UInt64)
        case outputSize(register: UInt64, cpu: UInt64, needed: UInt64)
        case root(ttbr0: UInt64, planned: UInt64)
        case control(ControlField?)
        case identity(Misdirection?)
        case attributes(Misattribution?)
        case alignment(Outcome.DataAccess?)
        case staleData(Outcome.DataAccess?)
    }

    /// An address that the tables' bytes lead elsewhere.
    struct Misdirection: Equatable {
        let address: UInt64
        /// nil where a table serves other addresses too.
        let output: UInt64?
        /// It needs more bits than the CPU has.
        let isBeyondRange: Bool
    }

    /// A field of TCR that was not as the tables need it.
    struct ControlField: Equatable {
        let name: String
        let found: UInt64
        let due: UInt64
    }

    /// An address that is memory of another type than the tables' bytes and MAIR say.
    struct Misattribution: Equatable {
        let address: UInt64
        let due: MemoryType
        let mair: UInt64
    }

    /// The name in JSON.
    var name: String {
        switch subject {
        case .image: "image"
        case .deviceTree: "device_tree"
        case .zeroRegisters: "zero_registers"
        case .interrupts: "interrupts"
        case .exceptionLevel: "exception_level"
        case .translation: "translation"
        case .byteOrder: "byte_order"
        case .strayStores: "stray_stores"
        case .dirtyLines: "dirty_lines"
        case .hiddenLines: "hidden_lines"
        case .addressRange: "address_range"
        case .outputSize: "output_size"
        case .root: "root_table"
        case .control: "translation_control"
        case .identity: "identity"
        case .attributes: "memory_types"
        case .alignment: "alignment"
        case .staleData: "stale_data"
        }
    }
}
