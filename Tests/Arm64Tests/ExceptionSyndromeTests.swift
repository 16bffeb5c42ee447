import Arm64
import Testing

struct ExceptionSyndromeTests {
    @Test(
        arguments: [
            (0x9600_0007, .dataAbort, .translation(level: 3), false),
            (0x9600_0045, .dataAbort, .translation(level: 1), true),
            (0x8600_000d, .instructionAbort, .permission(level: 1), nil),
            (0x9600_0000, .dataAbort, .addressSize(level: 0), false),
            (0x9600_0061, .dataAbort, .alignment, true),
            (0x9600_0010, .dataAbort, .external, false),
            (0x9600_003f, .dataAbort, .other(0x3f), false),
            (0x9600_0030, .dataAbort, .tlbConflict, false),
            (0x9600_0018, .dataAbort, .memoryError, false),
            (0x8600_001d, .instructionAbort, .memoryError, nil),
            (0x9600_001b, .dataAbort, .memoryError, false),
            (0x9600_0013, .dataAbort, .external, false),
            (0x9600_0029, .dataAbort, .addressSize(level: -1), false),
            (0x9600_006b, .dataAbort, .translation(level: -1), true),
            // CM
            (0x9600_0147, .dataAbort, .translation(level: 3), nil),
            (0x3600_0000, .branchTarget, nil, nil),
            (0x6600_0000, .scalableVectorTrap, nil, nil),
            (0x7600_0000, .scalableMatrixTrap, nil, nil),
            (0x0200_0000, .unknown, nil, nil),
            (0x1fe0_0000, .floatingPointTrap, nil, nil),
            (0xfc00_0000, nil, nil, nil),
        ] as [(UInt64, ExceptionSyndrome.Class?, ExceptionSyndrome.Fault?, Bool?)])
    func fields(
        value: UInt64, exceptionClass: ExceptionSyndrome.Class?, fault: ExceptionSyndrome.Fault?,
        isWrite: Bool?
    ) {
        let syndrome = ExceptionSyndrome(value)
        #expect(syndrome.exceptionClass == exceptionClass)
        #expect(syndrome.fault == fault)
        #expect(syndrome.isWrite == isWrite)
        #expect(syndrome.isCacheMaintenance == (value == 0x9600_0147))
    }

    @Test func addressSizes() {
        #expect((0..<8).map { PhysicalAddressSize.bits(encoded: $0) } == [32, 36, 40, 42, 44, 48, 48, 48])
        #expect(PhysicalAddressSize.bits(ofMemoryModelFeatures: 0x1122) == 40)
    }
}
