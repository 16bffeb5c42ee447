import Arm64
import KexecPlan
import Testing

@testable import kplan

/// What `--console`, or `--serial`, takes.
@Suite struct ConsoleArgumentTests {
    private static func console(_ kind: Console.Kind, _ address: UInt64 = 0x900_0000) -> ConsoleArgument {
        .console(Console(kind: kind, address: PhysicalAddress(address)))
    }

    @Test(
        arguments: [
            ("stdout-path", .fromDeviceTree), ("none", .silent),
            ("pl011,0x9000000", console(.pl011)), ("pl011,mmio,0x9000000", console(.pl011)),
            ("pl011,mmio32,0x9000000", console(.pl011)), ("pl011,0x9000000,115200n8", console(.pl011)),
            ("uart8250,0x9000000", console(.uart8250)), ("uart8250,mmio,0x9000000", console(.uart8250)),
            ("uart8250,mmio32,0x9000000,9600", console(.uart8250Word)),
            ("uart,mmio,0x9000000", console(.uart8250)),
            ("ns16550a,mmio32,0x9000000", console(.uart8250Word)),
            ("ns16550,0x9000000", console(.uart8250)), ("raw,0x9000000", console(.raw)),
            ("pl011,144M", console(.pl011)), ("pl011,9600", console(.pl011, 9600)),
            ("mmio,0x9000000", .address(PhysicalAddress(0x900_0000), .uart8250)),
            ("mmio32,0x9000000", .address(PhysicalAddress(0x900_0000), .uart8250Word)),
            ("mmio32,0xfe660000,1500000n8r", .address(PhysicalAddress(0xfe66_0000), .uart8250Word)),
            ("ttyAMA0", .name("ttyAMA0")), ("ttyS12,115200n8", .name("ttyS12")),
            ("/dev/ttyS0", .name("ttyS0")),
        ] as [(String, ConsoleArgument)])
    func taken(text: String, argument: ConsoleArgument) {
        #expect(ConsoleArgument(argument: text) == argument)
    }

    @Test(arguments: [
        "", "com1", "ttyAMA", "ttyAMA00", "ttyAMA256", "ttyUSB0", "ttyS0,", "ttyS0,fast", "ttyS0,9600,9600",
        "pl011",
        "pl011,", "pl011,9000000h", "pl011,mmio16,0x9000000", "raw,mmio,0x9000000",
        "uart8250,mmio32be,0x9000000",
        "uart8250,io,0x3f8", "io,0x3f8", "0x9000000", "mmio", "mmio32,", ",0x9000000", "pl011,0x9000000,",
        "pl011,0x9000000,115200x8", "/dev/stdout-path",
    ])
    func refused(text: String) {
        #expect(ConsoleArgument(argument: text) == nil)
    }

    /// What plans hold can be given.
    @Test(arguments: Console.Kind.allCases)
    func plansHold(kind: Console.Kind) {
        let console = Console(kind: kind, address: PhysicalAddress(0x8_0900_0000))
        #expect(ConsoleArgument(argument: console.description) == .console(console))
    }
}
