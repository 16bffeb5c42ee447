/// The memory types that the tables use, with their place in MAIR_ELx.
///
/// Source: Arm ARM (DDI 0487), MAIR_EL1, Attr<n> encoding.
public enum MemoryType: String, CaseIterable, Sendable {
    /// Normal memory, Inner and Outer Write-Back Non-transient, Read- and Write-Allocate.
    case normal
    /// Device memory, non-Gathering, non-Reordering, Early Write Acknowledgement.
    case deviceNGnRE = "device-nGnRE"

    /// The index of the attribute in MAIR_ELx: AttrIndx of a descriptor.
    public var attributeIndex: UInt64 {
        switch self {
        case .normal: 0
        case .deviceNGnRE: 1
        }
    }

    /// The attribute's byte in MAIR_ELx.
    public var attribute: UInt64 {
        switch self {
        case .normal: 0xff
        case .deviceNGnRE: 0x04
        }
    }

    /// MAIR_ELx with every type at its index.
    public static var mair: UInt64 {
        allCases.reduce(0) { $0 | $1.attribute << ($1.attributeIndex * 8) }
    }
}

/// What may be done with a mapped page.
public enum Access: String, CaseIterable, Sendable {
    case readOnly = "read-only"
    case readWrite = "read-write"
    case readExecute = "read-execute"
    /// For programs that keep their stack beside their code, as kexec-tools' purgatory does.
    case readWriteExecute = "read-write-execute"

    /// True where writes are allowed.
    public var isWritable: Bool { self == .readWrite || self == .readWriteExecute }
    /// True where instructions may be fetched.
    public var isExecutable: Bool { self == .readExecute || self == .readWriteExecute }
}
