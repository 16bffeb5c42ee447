import Emulation
import Foundation
import TestSupport
import Testing

@testable import kplan

@Suite("Whatever kplan-simulate answers, kplan says so or refuses it")
struct SimulatorAnswerTests {
    private let workshop: SimulateWorkshop
    private let command: SimulateCommand
    private let subject: SimulationSubject

    init() throws {
        workshop = try SimulateWorkshop()
        command = try SimulateCommand.parse(["plan.json"])
        let file = try PlanFile(workshop.folder / "plan.json", to: "simulate")
        subject = try SimulationSubject(
            Reproduction(of: file, try InputOptions.parse([]), open: .mapping))
    }

    /// The report that comes of an answer; nil where it is refused.
    private func report(_ answer: Any, _ program: SimulatorProgram) throws -> String? {
        try JSONSerialization.data(withJSONObject: answer).write(
            to: URL(fileURLWithPath: workshop.folder / "answer"))
        let result: SimulatorProgram.Result
        do {
            result = try program.run(command.request(subject)) { _ in }
        } catch {
            #expect(error as? SimulatorError == .garbled(path: program.path))
            return nil
        }
        let report = command.report(try result.outcome.get(), of: subject, memory: result.memory)
        let text = SimulationText(report, path: "plan.json", folder: nil, withTrace: true).text
        return String(decoding: try SimulationJSON.bytes(report, folder: nil), as: UTF8.self) + text
    }

    @Test("A real outcome with each of its values replaced")
    func mutations() throws {
        let real = try SimulatorProgram().path
        let keeping = try workshop.program("'\(real)' | tee kept")
        let kept = try workshop.simulate(environment: [SimulatorProgram.variable: keeping])
        #expect(kept.status == 0, "\(kept.errors)")
        let line = try #require(try workshop.folder.read("kept").split(separator: 10).last)
        let answer = try JSONSerialization.jsonObject(with: Data(line))
        let path = try workshop.program("cat >/dev/null; cat '\(workshop.folder / "answer")'; echo")
        let program = SimulatorProgram(path: path)
        #expect(try report(answer, program)?.contains("as it has to be") == true)
        var refused = 0
        let mutations = Self.mutations(of: answer).filter(JSONSerialization.isValidJSONObject)
        for mutation in mutations where try report(mutation, program) == nil { refused += 1 }
        #expect(mutations.count > 300)
        #expect(refused > mutations.count / 2)
    }

    /// A document with one value replaced, in all ways. Of lists the first and the last element are looked into.
    private static func mutations(of value: Any) -> [Any] {
        let others: [Any] = [NSNull(), -1, 0, Int64.max, UInt64.max, "", [Any](), [String: Any]()]
        var found = others
        if let object = value as? [String: Any] {
            for (key, member) in object {
                found += mutations(of: member).map { object.merging([key: $0]) { $1 } }
                found.append(object.filter { $0.key != key })
            }
        } else if let list = value as? [Any], !list.isEmpty {
            found += [Array(list.dropLast()), list + [list[0]]]
            for index in Set([0, list.count - 1]) {
                found += mutations(of: list[index]).map { replacement in
                    var changed = list
                    changed[index] = replacement
                    return changed
                }
            }
        }
        return found
    }

    @Test("Ends that the real outcome has not")
    func ends() throws {
        let outcome = try #require(
            JSONSerialization.jsonObject(
                with: JSONEncoder().encode(SimulationCheckTests.soundOutcome(subject))) as? [String: Any])
        let path = try workshop.program("cat >/dev/null; cat '\(workshop.folder / "answer")'; echo")
        for (reason, how) in [
            (["timeLimit": ["milliseconds": UInt64.max]], "given up after"),
            (["instructionLimit": ["_0": UInt64.max]], "given up after"),
            (["halted": ["_0": UInt64.max]], "the kernel is not reached"),
            (
                ["unmapped": ["_0": "write", "address": UInt64.max, "pc": UInt64.max]],
                "the kernel is not reached"
            ),
        ] as [([String: [String: Any]], String)] {
            let answer: [String: Any] = [
                "outcome": [
                    "_0": outcome.merging(["reason": reason]) { $1 }, "memory": [NSNull(), NSNull()],
                ] as [String: Any]
            ]
            let text = try report(answer, SimulatorProgram(path: path))
            #expect(text?.contains(how) == true, "\(reason)")
        }
    }

    @Test("A program that never ends a line is ended itself")
    func endless() throws {
        let path = try workshop.program("exec cat /dev/zero")
        let start = ContinuousClock.now
        #expect(throws: SimulatorError.garbled(path: path)) {
            _ = try SimulatorProgram(path: path).run(command.request(subject)) { _ in }
        }
        #expect(ContinuousClock.now - start < .seconds(60))
    }
}
