import Emulation
import Foundation
import TestSupport
import Testing

@testable import Emulator

/// What goes between kplan and kplan-simulate.
struct ProtocolTests {
    @Test func bytesAreDigits() throws {
        let bytes = HexBytes([0, 1, 0x9a, 0xff])
        let encoded = try JSONEncoder().encode([bytes])
        #expect(String(decoding: encoded, as: UTF8.self) == #"["00019aff"]"#)
        #expect(try JSONDecoder().decode([HexBytes].self, from: encoded) == [bytes])
        for text in [#"["0"]"#, #"["0g"]"#, #"["AA"]"#, "[1]"] {
            #expect(throws: DecodingError.self) {
                _ = try JSONDecoder().decode([HexBytes].self, from: Data(text.utf8))
            }
        }
    }

    @Test func anOutcomeSurvives() throws {
        var machine = try Assembler.machine("adrp x5, data\nmmu_on\nstr x6, [x5]\ndc civac, x5\nbrk #1")
        machine.registers[7] = .max
        let outcome = try machine.run(entry: Assembler.base, stopAt: [Assembler.done])
        let data = try JSONEncoder().encode(SimulationMessage.outcome(outcome, memory: [nil, HexBytes([1])]))
        guard
            case .outcome(let copy, let memory) = try JSONDecoder().decode(SimulationMessage.self, from: data)
        else { throw WrongMessage() }
        #expect(copy.reason == outcome.reason)
        #expect(copy.registers == outcome.registers)
        #expect(copy.registers[7] == .max)
        #expect(copy.cacheRuns == outcome.cacheRuns)
        #expect(copy.translationChanges == outcome.translationChanges)
        #expect(copy.accesses == outcome.accesses)
        #expect(memory == [nil, HexBytes([1])])
        #expect(throws: EmulationError.self) { _ = try copy.memory(at: Assembler.base, count: 1) }
    }

    @Test("What is added to the form is another version of it")
    func version() throws {
        let request = SimulationRequest(
            cpu: .max, level: .el1, segments: [.init(address: 0x1000, content: [0])],
            console: .pl011(at: 0x4000), entry: 0x1000, stopAt: [], haltAt: [])
        var outcome = try Assembler.machine("adrp x5, data\nstr x6, [x5]").run(
            entry: Assembler.base, stopAt: [Assembler.done])
        outcome.accesses.firstStale = outcome.accesses.firstWriteBeforeMMU
        func keys(_ value: some Encodable) throws -> [String] {
            let document = try JSONSerialization.jsonObject(with: JSONEncoder().encode(value))
            return try #require(document as? [String: Any]).keys.sorted()
        }
        #expect(SimulationRequest.currentVersion == 3)
        #expect(
            try keys(request) == [
                "console", "cpu", "entry", "expectedStores", "flippedBytes", "haltAt", "hasSHA256", "level",
                "limit", "memoryToRead", "segments", "stopAt", "version",
            ])
        #expect(try keys(request.limit) == ["instructions", "milliseconds"])
        #expect(try keys(request.segments[0]) == ["address", "content", "memorySize"])
        #expect(
            try keys(outcome) == [
                "accesses", "cacheOperationCount", "cacheRuns", "consoleBytes", "consoleLines",
                "deliveredExceptions", "instructions", "marks", "memoryModelFeatures", "pc", "pstate",
                "reason", "registers", "sp", "translation", "translationAtEntry", "translationChanges",
            ])
        #expect(
            try keys(outcome.accesses) == [
                "cached", "dirtyLines", "firstStale", "firstWriteBeforeMMU", "hiddenLines", "readsWithMMU",
                "readsWithoutMMU", "strayStores", "uncached", "writesAfterMMU", "writesWithMMU",
                "writesWithoutMMU",
            ])
    }

    struct WrongMessage: Error {}

    @Test func runsOfCacheMaintenance() throws {
        let outcome = try Assembler.machine(
            """
            adrp x5, data
            mov x6, #100
            1: dc civac, x5
            add x5, x5, #64
            subs x6, x6, #1
            b.ne 1b
            dc cvac, x5
            """
        ).run(entry: Assembler.base, stopAt: [Assembler.done])
        #expect(outcome.cacheOperationCount == 101)
        #expect(outcome.cacheRuns.map(\.count) == [100, 1])
        #expect(outcome.cacheRuns.map(\.stride) == [64, 0])
        #expect(outcome.cacheRuns.first?.lastAddress == Assembler.data + 99 * 64)
        #expect(outcome.cacheOperations.count == 101)
        #expect(outcome.cacheOperations[99].address == Assembler.data + 99 * 64)
    }

    @Test func segmentsAreReadFromFiles() throws {
        let folder = try TemporaryFolder()
        let content = try Assembler.assemble(source: "mov x1, #7\nnop\n")
        // More than one piece.
        let offset: UInt64 = 513
        let path = try folder.write(
            [UInt8](repeating: 1, count: Int(offset)) + content + [UInt8](repeating: 0x5a, count: 3 << 20),
            "segment")
        let size = UInt64(content.count + 3 << 20)
        func run(_ size: UInt64) throws -> Outcome {
            let segment = EmulatedMachine.Segment(
                address: Assembler.base, memorySize: 4 << 20,
                content: .file(path: path, offset: offset, size: size))
            var machine = EmulatedMachine(level: .el1, segments: [segment])
            machine.flippedBytes = [Assembler.base + 0x1000]
            return try machine.run(entry: Assembler.base, stopAt: [Assembler.base + 4])
        }
        let outcome = try run(UInt64(content.count) + 3 << 20)
        #expect(outcome.registers[1] == 7)
        #expect(try outcome.memory(at: Assembler.base + 0x1000, count: 2) == [0x5b, 0x5a])
        let end = Assembler.base + UInt64(content.count) + 3 << 20
        #expect(try outcome.memory(at: end - 1, count: 2) == [0x5a, 0])
        #expect(size == UInt64(content.count) + 3 << 20)
        #expect(throws: EmulationError.truncated(path: path, size: size)) { _ = try run(size + 1) }
    }

    @Test func linesOfTheConsoleAreTold() throws {
        let machine = try Assembler.machine(
            """
            mov x0, #\(Assembler.uart)
            mov w1, #'a'
            str w1, [x0]
            mov w1, #'\\n'
            str w1, [x0]
            str w1, [x0]
            mov w1, #'b'
            str w1, [x0]
            """)
        var lines: [[UInt8]] = []
        let outcome = try machine.run(entry: Assembler.base, stopAt: [Assembler.done]) { lines.append($0) }
        #expect(lines == [Array("a\n".utf8), Array("\n".utf8)])
        #expect(outcome.consoleLines.map(\.end) == [2, 3])
        #expect(outcome.console == "a\n\nb")
    }

    @Test("An exception goes nowhere where the program has set no vectors")
    func vectorsOfTheLastKernel() throws {
        var machine = try Assembler.machine("brk #1")
        machine.deliversExceptions = true
        machine.systemRegisters = [(.vbarEL1, 0x1234_5800)]
        let outcome = try machine.run(entry: Assembler.base, stopAt: [Assembler.done])
        guard case .exception(let exception) = outcome.reason else { throw WrongMessage() }
        #expect(exception.exceptionClass == 0x3c)
        #expect(outcome.deliveredExceptions.isEmpty)
    }
}
