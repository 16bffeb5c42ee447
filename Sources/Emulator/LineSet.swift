// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later

/// A set of cache lines by number. Millions are put in, neighbours mostly: a bit each, 64 in a word.
struct LineSet {
    private var words: [UInt64: UInt64] = [:]
    /// Words that were last in use, in front of the others: each at the place that the low bits of its number say.
    private var recent = [(number: UInt64, word: UInt64)](repeating: (.max, 0), count: 64)

    func contains(_ line: UInt64) -> Bool {
        let number = line >> 6
        let found = recent[Int(number & 63)]
        return (found.number == number ? found.word : words[number] ?? 0) >> (line & 63) & 1 == 1
    }

    mutating func insert(_ line: UInt64) {
        recent[fetch(line >> 6)].word |= 1 << (line & 63)
    }

    mutating func remove(_ line: UInt64) {
        recent[fetch(line >> 6)].word &= ~(1 << (line & 63))
    }

    /// Puts a word in front and returns its place there.
    private mutating func fetch(_ number: UInt64) -> Int {
        let place = Int(number & 63)
        if recent[place].number != number {
            let (old, word) = recent[place]
            if word != 0 { words[old] = word } else { words[old] = nil }
            recent[place] = (number, words[number] ?? 0)
        }
        return place
    }
}
