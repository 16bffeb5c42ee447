// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later

import Emulation
import Glibc

extension Engine {
    /// Reads `size` bytes of a file, from `offset` on, into memory, in pieces: Unicorn's is the only copy of all of them.
    func load(_ path: String, offset: UInt64, size: UInt64, at address: UInt64) throws(EmulationError) {
        let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .unreadable(path: path, errno: errno) }
        defer { Glibc.close(file) }
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        var done: UInt64 = 0
        while done < size {
            let wanted = Int(min(UInt64(piece.count), size - done))
            let count = Glibc.pread(file, &piece, wanted, off_t(clamping: offset &+ done))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(path: path, errno: errno) }
            guard count > 0 else { throw .truncated(path: path, size: done) }
            try write(Array(piece.prefix(count)), at: address + done)
            done += UInt64(count)
        }
    }
}
