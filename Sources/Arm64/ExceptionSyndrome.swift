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
        case illegalState = 0x0e
        case supervisorCall = 0x15
        case hypervisorCall = 0x16
        case secureMonitorCall = 0x17
        case systemRegisterTrap = 0x18
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
        case addressSize(level: UInt64)
        case translation(level: UInt64)
        case accessFlag(level: UInt64)
        case permission(level: UInt64)
        case external
        case alignment
        case other(UInt64)
    }

    /// Of an instruction or data abort, what it found; nil for anything else.
    public var fault: Fault? {
        switch exceptionClass {
        case .instructionAbort, .instructionAbortLowerLevel, .dataAbort, .dataAbortLowerLevel: break
        default: return nil
        }
        let code = rawValue & 0x3f
        return switch code {
        case 0b000000...0b000011: .addressSize(level: code & 3)
        case 0b000100...0b000111: .translation(level: code & 3)
        case 0b001000...0b001011: .accessFlag(level: code & 3)
        case 0b001100...0b001111: .permission(level: code & 3)
        case 0b010000, 0b010100...0b010111: .external
        case 0b100001: .alignment
        default: .other(code)
        }
    }

    /// WnR of a data abort: it was a store. nil for anything else.
    public var isWrite: Bool? {
        switch exceptionClass {
        case .dataAbort, .dataAbortLowerLevel: rawValue >> 6 & 1 == 1
        default: nil
        }
    }
}
