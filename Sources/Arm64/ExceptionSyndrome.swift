/// ESR_ELx: why an exception was taken.
///
/// Source: Arm ARM (DDI 0487), ESR_EL1.
public struct ExceptionSyndrome: Equatable, Sendable {
    /// The register.
    public let rawValue: UInt64

    /// From the register's value.
    public init(_ rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// EC, bits 31:26.
    public enum Class: UInt64, Sendable {
        case unknown = 0x00
        case waitForInstruction = 0x01
        case floatingPointTrap = 0x07
        case branchTarget = 0x0d
        case illegalState = 0x0e
        case supervisorCall = 0x15
        case hypervisorCall = 0x16
        case secureMonitorCall = 0x17
        case systemRegisterTrap = 0x18
        case scalableVectorTrap = 0x19
        case scalableMatrixTrap = 0x1d
        case instructionAbortLowerLevel = 0x20
        case instructionAbort = 0x21
        case pcAlignment = 0x22
        case dataAbortLowerLevel = 0x24
        case dataAbort = 0x25
        case stackAlignment = 0x26
        case serror = 0x2f
        case breakpointInstruction = 0x3c
    }

    /// EC as a number.
    public var classNumber: UInt64 { rawValue >> 26 & 0x3f }
    /// EC; nil for a class that is not listed here.
    public var exceptionClass: Class? { Class(rawValue: classNumber) }

    /// What an abort found, by IFSC and DFSC, bits 5:0.
    public enum Fault: Equatable, Sendable {
        case addressSize(level: Int)
        case translation(level: Int)
        case accessFlag(level: Int)
        case permission(level: Int)
        case external
        /// Parity or ECC error, of an access or a walk.
        case memoryError
        case alignment
        /// Two entries of the TLB match.
        case tlbConflict
        case other(UInt64)
    }

    /// Of an instruction or data abort, what it found; nil for anything else.
    public var fault: Fault? {
        switch exceptionClass {
        case .instructionAbort, .instructionAbortLowerLevel, .dataAbort, .dataAbortLowerLevel: break
        default: return nil
        }
        let code = rawValue & 0x3f
        let level = Int(code & 3)
        return switch code {
        case 0b000000...0b000011: .addressSize(level: level)
        case 0b000100...0b000111: .translation(level: level)
        case 0b001000...0b001011: .accessFlag(level: level)
        case 0b001100...0b001111: .permission(level: level)
        case 0b010000, 0b010011...0b010111: .external
        case 0b011000, 0b011011...0b011111: .memoryError
        case 0b100001: .alignment
        case 0b101001: .addressSize(level: -1)
        case 0b101011: .translation(level: -1)
        case 0b110000: .tlbConflict
        default: .other(code)
        }
    }

    /// WnR of a data abort: it was a store. nil for anything else, and for cache maintenance, where WnR is always 1.
    public var isWrite: Bool? { isDataAbort && !isCacheMaintenance ? rawValue >> 6 & 1 == 1 : nil }

    /// CM of a data abort: it was cache maintenance or an address translation.
    public var isCacheMaintenance: Bool { isDataAbort && rawValue >> 8 & 1 == 1 }

    private var isDataAbort: Bool {
        exceptionClass == .dataAbort || exceptionClass == .dataAbortLowerLevel
    }
}
