// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later

import CUnicorn
import Emulation

extension Trace {
    private static let lineBits: UInt64 = 6

    /// Before each load and store of normal memory or of the console.
    mutating func access(
        isWrite: Bool, address: UInt64, size: Int, _ handle: OpaquePointer?
    ) {
        if let console, console.page.contains(address) { return }
        if mmuOn {
            if isWrite { accesses.writesWithMMU &+= 1 } else { accesses.readsWithMMU &+= 1 }
        } else {
            noteWithoutMMU(isWrite: isWrite, address: address, size: size, handle)
        }
        if isWrite { noteStray(address: address, size: size, handle) }
        if cachesData {
            accesses.cached &+= 1
            Self.forEachLine(of: address, size) { line, bytes in
                presentLines.insert(line)
                if isWrite { dirtyLines[line, default: 0] |= bytes }
            }
        } else {
            accesses.uncached &+= 1
            if isWrite {
                Self.forEachLine(of: address, size) { line, _ in
                    if presentLines.contains(line), hiddenLines.count < Self.mostRecorded {
                        hiddenLines.insert(line)
                    }
                }
            }
            noteStale(isWrite: isWrite, address: address, size: size, handle)
        }
    }

    private mutating func noteStray(address: UInt64, size: Int, _ handle: OpaquePointer?) {
        let (end, overflow) = address.addingReportingOverflow(UInt64(size))
        let range = address..<(overflow ? .max : end)
        func contains(_ expected: Range<UInt64>) -> Bool {
            expected.lowerBound <= range.lowerBound && range.upperBound <= expected.upperBound
        }
        if contains(expectedStore) { return }
        if let found = expectedStores.first(where: contains) {
            expectedStore = found
            return
        }
        for index in accesses.strayStores.indices.reversed() {
            let known = accesses.strayStores[index].range
            guard range.lowerBound <= known.upperBound, known.lowerBound <= range.upperBound else { continue }
            accesses.strayStores[index].range =
                min(known.lowerBound, range.lowerBound)..<max(known.upperBound, range.upperBound)
            return
        }
        guard accesses.strayStores.count < Self.mostStrayStores else { return }
        accesses.strayStores.append(.init(first: dataAccess(address, size, handle), range: range))
    }

    /// A load sees old bytes where just these are newer in the cache. A store to a line of which any byte is newer there is
    /// lost when the line is written back.
    private mutating func noteStale(
        isWrite: Bool, address: UInt64, size: Int, _ handle: OpaquePointer?
    ) {
        guard !dirtyLines.isEmpty, accesses.firstStale == nil else { return }
        var isStale = false
        Self.forEachLine(of: address, size) { line, bytes in
            if let dirty = dirtyLines[line], isWrite || dirty & bytes != 0 { isStale = true }
        }
        if isStale { accesses.firstStale = dataAccess(address, size, handle) }
    }

    /// The lines of an access, with a bit for each of its bytes.
    private static func forEachLine(
        of address: UInt64, _ size: Int, _ body: (_ line: UInt64, _ bytes: UInt64) -> Void
    ) {
        let lineSize: UInt64 = 1 << lineBits
        var start = address
        var left = UInt64(size)
        while left > 0 {
            let offset = start & (lineSize - 1)
            let count = min(left, lineSize - offset)
            let bits = count == lineSize ? UInt64.max : (1 << count - 1) << offset
            body(start >> lineBits, bits)
            start &+= count
            left -= count
        }
    }

    private mutating func noteWithoutMMU(
        isWrite: Bool, address: UInt64, size: Int, _ handle: OpaquePointer?
    ) {
        if isWrite {
            accesses.writesWithoutMMU &+= 1
            if wasMMUOn {
                if accesses.firstWriteAfterMMU == nil {
                    accesses.firstWriteAfterMMU = dataAccess(address, size, handle)
                }
                if accesses.writesAfterMMU.count < 64 {
                    accesses.writesAfterMMU.append(
                        .init(
                            access: dataAccess(address, size, handle),
                            cacheOperations: cacheOperationCount))
                }
            } else if accesses.firstWriteBeforeMMU == nil {
                accesses.firstWriteBeforeMMU = dataAccess(address, size, handle)
            }
        } else {
            accesses.readsWithoutMMU &+= 1
        }
        if address & UInt64(size - 1) != 0, accesses.firstUnalignedWithoutMMU == nil {
            accesses.firstUnalignedWithoutMMU = dataAccess(address, size, handle)
        }
    }

    private func dataAccess(
        _ address: UInt64, _ size: Int, _ handle: OpaquePointer?
    ) -> Outcome.DataAccess {
        .init(pc: generalRegister(handle, UC_ARM64_REG_PC), address: address, size: size)
    }

    /// Before each SYS: cache maintenance, among others.
    mutating func system(_ register: SystemRegister, operand: UInt64, _ handle: OpaquePointer?) {
        if register == Self.zeroByAddress {
            let lineSize = 1 << Self.lineBits
            access(isWrite: true, address: operand & ~UInt64(lineSize - 1), size: lineSize, handle)
        }
        guard let kind = Outcome.CacheOperation.Kind(register) else { return }
        cacheOperationCount &+= 1
        let pc = generalRegister(handle, UC_ARM64_REG_PC)
        let operation = Outcome.CacheOperation(
            kind: kind, address: operand, pc: pc, isMMUOn: mmuOn, isDataCacheOn: translation.isDataCacheOn)
        let isIncluded = cacheRuns.indices.last.map { cacheRuns[$0].extend(by: operation) } ?? false
        if !isIncluded, cacheRuns.count < Self.mostRecorded {
            cacheRuns.append(Outcome.CacheRun(operation, instructions: instructions(before: pc)))
        }
        // Cleaning to the point of unification need not reach memory; invalidating without cleaning leaves the old bytes there.
        if kind == .civac || kind == .cvac { dirtyLines[operand >> Self.lineBits] = nil }
        // With the cache on, the line may be back at once.
        if kind == .civac || kind == .ivac, !cachesData {
            presentLines.remove(operand >> Self.lineBits)
            hiddenLines.remove(operand >> Self.lineBits)
        }
    }

    /// DC ZVA, which stores without the hook of stores. All models of Unicorn have blocks of 64 bytes.
    private static let zeroByAddress = SystemRegister(1, 3, 7, 4, 1)

    var sortedHiddenLines: [UInt64] {
        hiddenLines.map { $0 << Self.lineBits }.sorted()
    }

    var sortedDirtyLines: [UInt64] {
        dirtyLines.keys.map { $0 << Self.lineBits }.sorted()
    }

    mutating func readConsole(offset: UInt64) -> UInt64 {
        guard let console else { return 0 }
        return console.page.lowerBound &+ offset == console.address &+ console.statusOffset
            ? console.status : 0
    }

    mutating func writeConsole(offset: UInt64, value: UInt64) {
        guard let console, console.page.lowerBound &+ offset == console.address else { return }
        guard consoleBytes.count < Self.mostConsoleBytes else { return }
        consoleBytes.append(UInt8(truncatingIfNeeded: value))
        guard consoleBytes.last == UInt8(ascii: "\n"), consoleLines.count < Self.mostRecorded else { return }
        let start = consoleLines.last?.end ?? 0
        consoleLines.append(.init(end: consoleBytes.count, instructions: instructions))
        onConsoleLine?(Array(consoleBytes[start...]))
    }
}

extension Outcome.CacheOperation.Kind {
    /// From the encoding of SYS (Arm ARM, C5.3: DC CIVAC is S1_3_C7_C14_1).
    fileprivate init?(_ register: SystemRegister) {
        switch register {
        case SystemRegister(1, 3, 7, 14, 1): self = .civac
        case SystemRegister(1, 3, 7, 10, 1): self = .cvac
        case SystemRegister(1, 3, 7, 11, 1): self = .cvau
        case SystemRegister(1, 0, 7, 6, 1): self = .ivac
        default: return nil
        }
    }
}

extension EmulatedMachine.Console {
    /// The page of the UART, which is all that is mapped of it.
    var page: Range<UInt64> {
        let first = address & ~(Memory.page - 1)
        return first..<first + Memory.page
    }
}
