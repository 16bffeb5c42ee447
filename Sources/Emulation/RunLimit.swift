// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later

/// When a run that goes on is ended.
public struct RunLimit: Sendable, Codable {
    /// After this many instructions, at the next branch.
    public var instructions: UInt64
    /// After so many milliseconds of the host. A number, because a `Duration` that another process wrote can't always be
    /// taken apart again.
    public var milliseconds: UInt64
    /// The same.
    public var time: Duration { .milliseconds(milliseconds) }

    /// By default far more than verifying any kernel takes.
    public init(instructions: UInt64 = 1 << 36, milliseconds: UInt64 = 120_000) {
        self.instructions = instructions
        self.milliseconds = milliseconds
    }
}
