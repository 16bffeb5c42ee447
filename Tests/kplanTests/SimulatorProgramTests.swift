import Emulation
import Foundation
import TestSupport
import Testing

@testable import kplan

@Suite("kplan-simulate missing, failing, hanging: an error, and never a verdict")
struct SimulatorProgramTests {
    private let workshop: SimulateWorkshop

    init() throws {
        workshop = try SimulateWorkshop()
    }

    private func simulate(with script: String) throws -> TestSupport.Kplan.Result {
        try workshop.simulate(environment: ["KPLAN_SIMULATE": try workshop.program(script)])
    }

    @Test func missing() throws {
        expect(
            try workshop.simulate(environment: ["KPLAN_SIMULATE": "/no/such"]), 2,
            """
            simulate: KPLAN_SIMULATE is "/no/such", which is no program that can be run: it has to be \
            kplan-simulate
            """)
        // kplan alone, and nothing in PATH.
        let kplan = workshop.folder / "kplan"
        let script = #"cp "$2" "$0"; cd "$1"; PATH=/no "$0" simulate plan.json 2>&1; echo $?"#
        let output = try Toolchain.run(
            "/bin/bash", ["-c", script, kplan, workshop.folder.path, try TestSupport.Kplan.path], input: [])
        #expect(
            String(decoding: output, as: UTF8.self) == """
                kplan: simulate: kplan-simulate is not there, or can't be run: the program with the emulator (Unicorn), \
                looked for beside kplan, in ../libexec/kplan and in PATH; KPLAN_SIMULATE can name it. To build it: apt-get \
                install libunicorn-dev, and swift build -c release --product kplan-simulate. It is not in kplan's Debian \
                package: simulate where you plan
                2

                """)
    }

    @Test func ended() throws {
        let path = workshop.folder / "program"
        expect(
            try simulate(with: "kill -9 $$"), 2,
            "simulate: \(path) was ended by signal 9: the emulator failed, which says nothing about the plan")
        expect(
            try simulate(with: "exit 3"), 2,
            """
            simulate: \(path) ended with status 3 and no outcome: the emulator failed, which says nothing about the plan
            """)
    }

    @Test(arguments: [
        "echo hello", "exit 0", "head -c 100000 /dev/zero", #"echo '{"outcome":{}}'"#, "printf '{'",
    ])
    func garbled(script: String) throws {
        expect(
            try simulate(with: script), 2,
            """
            simulate: \(workshop.folder / "program"): what it wrote is no outcome: is it kplan-simulate, from the same \
            build as kplan?
            """)
    }

    @Test func otherVersion() throws {
        expect(
            try simulate(with: #"cat >/dev/null; echo '{"otherVersion":{"_0":2}}'"#), 2,
            """
            simulate: \(workshop.folder / "program"): is from another version of kplan: build both from the same sources
            """)
    }

    @Test func hanging() throws {
        var request = SimulationRequest(
            cpu: .max, level: .el1, segments: [], console: nil, entry: 0, stopAt: [], haltAt: [])
        request.limit.milliseconds = 100
        let path = try workshop.program("exec sleep 1000")
        #expect(throws: SimulatorError.timedOut(path: path, after: .milliseconds(300))) {
            _ = try SimulatorProgram(path: path).run(request, grace: .milliseconds(200)) { _ in }
        }
    }

    @Test("By hand it says who runs it")
    func byHand() throws {
        let program = try SimulatorProgram().path
        let script = #""$0" --help 2>&1; echo $?; "$0" </dev/null 2>&1; echo $?"#
        let output = try Toolchain.run("bash", ["-c", script, program], input: [])
        #expect(
            String(decoding: output, as: UTF8.self) == """
                kplan-simulate: is run by kplan: use "kplan simulate PLAN" instead
                64
                kplan-simulate: standard input is no request of kplan: use "kplan simulate PLAN" instead
                64

                """)
    }
}
