// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later

extension Outcome {
    /// The outcome with lists as short as a report needs them: a program that goes astray fills them.
    public var abridged: Outcome {
        let most = 1000
        var outcome = self
        outcome.accesses.dirtyLines = Array(accesses.dirtyLines.prefix(most))
        outcome.translationChanges = Array(translationChanges.prefix(most))
        outcome.cacheRuns = Array(cacheRuns.prefix(most))
        outcome.deliveredExceptions = Array(deliveredExceptions.prefix(most))
        outcome.consoleBytes = Array(consoleBytes.prefix(1 << 16))
        outcome.consoleLines = Array(
            consoleLines.prefix { $0.end <= outcome.consoleBytes.count }.prefix(most))
        outcome.marks = Array(marks.prefix(most))
        return outcome
    }
}
