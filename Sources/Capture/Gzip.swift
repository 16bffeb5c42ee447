import CZlib

/// zlib: the stream never leaves this file.
enum Gzip {
    /// The content of a gzip file; nil where it is none, is not complete, or has more than `limit` bytes.
    static func content(_ file: [UInt8], limit: Int) -> [UInt8]? {
        var stream = z_stream()
        guard kplan_inflate_init_gzip(&stream) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        var input = file
        var content: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        return input.withUnsafeMutableBufferPointer { input -> [UInt8]? in
            guard let size = UInt32(exactly: input.count) else { return nil }
            stream.next_in = input.baseAddress
            stream.avail_in = size
            while true {
                let (code, count) = piece.withUnsafeMutableBufferPointer { piece -> (Int32, Int) in
                    stream.next_out = piece.baseAddress
                    stream.avail_out = UInt32(piece.count)
                    let code = inflate(&stream, Z_NO_FLUSH)
                    return (code, piece.count - Int(stream.avail_out))
                }
                content += piece.prefix(count)
                guard content.count <= limit else { return nil }
                if code == Z_STREAM_END { return content }
                // Without progress there is nothing more to come.
                guard code == Z_OK, count > 0 || stream.avail_in > 0 else { return nil }
            }
        }
    }
}
