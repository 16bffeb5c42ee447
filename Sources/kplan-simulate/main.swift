// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later

import Emulation
import Emulator
import FoundationEssentials
import Glibc

// Runs one emulated machine for `kplan simulate`: a request on standard input, messages on standard output. A
// program of its own because it links Unicorn, which is GPLv2, and kplan is Apache-2.0.

signal(SIGPIPE, SIG_DFL)
guard CommandLine.arguments.count == 1, isatty(STDIN_FILENO) == 0 else {
    say("kplan-simulate: is run by kplan: use \"kplan simulate PLAN\" instead")
    exit(64)
}
let request: SimulationRequest
do {
    let input = standardInput()
    let version = try JSONDecoder().decode(RequestVersion.self, from: input).version
    guard version == SimulationRequest.currentVersion else {
        send(.otherVersion(SimulationRequest.currentVersion))
        exit(0)
    }
    request = try JSONDecoder().decode(SimulationRequest.self, from: input)
} catch {
    say("kplan-simulate: standard input is no request of kplan: use \"kplan simulate PLAN\" instead")
    exit(64)
}
send(run(request))

/// What requests of all versions have.
private struct RequestVersion: Decodable {
    var version: Int
}

private func run(_ request: SimulationRequest) -> SimulationMessage {
    var machine = EmulatedMachine(cpu: request.cpu, level: request.level, segments: request.segments)
    machine.hasSHA256 = request.hasSHA256
    machine.console = request.console
    machine.expectedStores = request.expectedStores
    machine.flippedBytes = request.flippedBytes
    machine.deliversExceptions = true
    do throws(EmulationError) {
        let outcome = try machine.run(
            entry: request.entry, stopAt: request.stopAt, haltAt: request.haltAt, limit: request.limit
        ) { line in
            send(.console(HexBytes(line)))
        }
        let memory = request.memoryToRead.map { range in
            (try? outcome.memory(at: range.address, count: range.count)).map { HexBytes($0) }
        }
        return .outcome(outcome.abridged, memory: memory)
    } catch {
        return .error(error)
    }
}

private func standardInput() -> Data {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = read(STDIN_FILENO, &piece, piece.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return Data(bytes) }
        bytes += piece.prefix(count)
    }
}

private func send(_ message: SimulationMessage) {
    guard let encoded = try? JSONEncoder().encode(message) else {
        say("kplan-simulate: its own message can't be encoded")
        exit(2)
    }
    write(encoded + [UInt8(ascii: "\n")], to: STDOUT_FILENO)
}

private func say(_ text: String) {
    write(Array((text + "\n").utf8), to: STDERR_FILENO)
}

/// Writes all of it. Where nobody reads any more, there is nothing left to do.
private func write(_ bytes: some Collection<UInt8>, to descriptor: Int32) {
    var rest = ArraySlice(bytes)
    while !rest.isEmpty {
        let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { exit(2) }
        rest = rest.dropFirst(written)
    }
}
