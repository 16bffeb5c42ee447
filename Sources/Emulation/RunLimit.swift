// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later

/// When a run that goes on is ended.
public struct RunLimit: Sendable, Codable {
    /// After this many instructions, at the next branch.
    public var instructions: UInt64
    /// After this time of the host.
    public var time: Duration

    /// By default far more than verifying any kernel takes.
    public init(instructions: UInt64 = 1 << 36, time: Duration = .seconds(120)) {
        self.instructions = instructions
        self.time = time
    }
}
