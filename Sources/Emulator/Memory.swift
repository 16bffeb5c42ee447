// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later

import Emulation

/// The machine's memory as whole pages, which is how Unicorn takes it.
struct Memory {
    static let page: UInt64 = 4096
    /// Sorted and disjoint, each a multiple of the page at both ends.
    let ranges: [Range<UInt64>]

    init(_ machine: EmulatedMachine) throws(EmulationError) {
        var pages: [Range<UInt64>] = []
        for range in machine.ram where !range.isEmpty {
            pages.append(
                try Self.pages(at: range.lowerBound, size: range.upperBound - range.lowerBound))
        }
        let segments = machine.segments.sorted { $0.address < $1.address }
        var previous: (address: UInt64, end: UInt64)?
        for segment in segments where segment.memorySize > 0 || segment.content.size > 0 {
            guard segment.content.size <= segment.memorySize else {
                throw .contentExceedsMemory(
                    address: segment.address, memorySize: segment.memorySize,
                    contentSize: segment.content.size)
            }
            pages.append(try Self.pages(at: segment.address, size: segment.memorySize))
            if let previous, segment.address < previous.end {
                throw .segmentsOverlap(first: previous.address, second: segment.address)
            }
            previous = (segment.address, segment.address + segment.memorySize)
        }
        if let console = machine.console {
            _ = try Self.pages(at: console.address, size: 1)
            let page = console.page
            guard !pages.contains(where: { $0.overlaps(page) }) else {
                throw .consoleInMemory(page: page.lowerBound)
            }
        }
        ranges = Self.merged(pages)
    }

    /// A page where neither memory nor the console is.
    func unusedPage(besides console: EmulatedMachine.Console?) -> Range<UInt64> {
        var candidate = Self.page
        while true {
            let page = candidate..<candidate + Self.page
            if let taken = ranges.first(where: { $0.overlaps(page) }) {
                candidate = taken.upperBound
            } else if let console, console.page.overlaps(page) {
                candidate = console.page.upperBound
            } else {
                return page
            }
        }
    }

    private static func pages(at address: UInt64, size: UInt64) throws(EmulationError) -> Range<UInt64> {
        // Below 2^52, the most that the architecture has, page ends cannot overflow.
        guard address < 1 << 52, size <= 1 << 52 - address else {
            throw .rangeBeyondAddressSpace(address: address, size: size)
        }
        return address & ~(page - 1)..<(address + size + page - 1) & ~(page - 1)
    }

    private static func merged(_ pages: [Range<UInt64>]) -> [Range<UInt64>] {
        pages.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { merged, next in
            if let last = merged.last, next.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, next.upperBound)
            } else {
                merged.append(next)
            }
        }
    }
}
