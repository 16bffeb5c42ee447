import CUnicorn

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
        if cachesData {
            if isWrite { dirtyLines.insert(address >> Self.lineBits) }
        } else if !dirtyLines.isEmpty, accesses.firstStale == nil {
            let last = address &+ UInt64(size - 1)
            if dirtyLines.contains(address >> Self.lineBits) || dirtyLines.contains(last >> Self.lineBits) {
                accesses.firstStale = dataAccess(address, size, handle)
            }
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
                            cacheOperations: cacheOperations.count))
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
        guard let kind = Outcome.CacheOperation.Kind(register) else { return }
        cacheOperations.append(
            .init(
                kind: kind, address: operand, pc: generalRegister(handle, UC_ARM64_REG_PC), isMMUOn: mmuOn,
                isDataCacheOn: translation.isDataCacheOn))
        // Cleaning to the point of unification need not reach memory; invalidating without cleaning leaves the old bytes there.
        if kind == .civac || kind == .cvac { dirtyLines.remove(operand >> Self.lineBits) }
    }

    var sortedDirtyLines: [UInt64] {
        dirtyLines.map { $0 << Self.lineBits }.sorted()
    }

    mutating func readConsole(offset: UInt64) -> UInt64 {
        guard let console else { return 0 }
        return console.page.lowerBound &+ offset == console.address &+ console.statusOffset
            ? console.status : 0
    }

    mutating func writeConsole(offset: UInt64, value: UInt64) {
        guard let console, console.page.lowerBound &+ offset == console.address else { return }
        consoleBytes.append(UInt8(truncatingIfNeeded: value))
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

extension Console {
    /// The page of the UART, which is all that is mapped of it.
    var page: Range<UInt64> {
        let first = address & ~(Memory.page - 1)
        return first..<first + Memory.page
    }
}
