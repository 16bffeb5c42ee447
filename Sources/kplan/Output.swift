import Files
import Glibc

/// Writes all of `bytes` to a descriptor; gives up at the first error, which is the result, or 0.
private func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
    var rest = bytes
    while !rest.isEmpty {
        let written = write(descriptor, rest.baseAddress, rest.count)
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { return errno }
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
    }
    return 0
}

/// Prints results: bytes as they are, on standard output. Who reads no more (EPIPE) knows it, and is not told; but the
/// result is not where it should be.
func printResult(_ bytes: [UInt8]) throws(Failure) {
    try printResult(writing: { write throws(FileError) in try bytes.span.bytes.withUnsafeBytes(write) })
}

/// Prints results: what `body` hands to its argument, piece by piece, on standard output.
func printResult(writing body: (@escaping ByteSink) throws(FileError) -> Void) throws(Failure) {
    let name = "standard output"
    do throws(FileError) {
        try body { bytes throws(FileError) in
            let failure = writeAll(bytes, to: STDOUT_FILENO)
            guard failure == 0 else { throw .failed(.write, path: name, errno: failure) }
        }
    } catch .failed(.write, name, EPIPE) {
        throw Failure.silent
    } catch .failed(.write, name, let errno) {
        throw Failure("\(name): can't be written: \(Messages.text(errno: errno))")
    } catch {
        throw Failure("\(name): can't be written: \(Messages.text(error))")
    }
}

/// Prints results: a text, and the end of the line, on standard output.
func printResult(_ text: String) throws(Failure) {
    try printResult(Array((text + "\n").utf8))
}

/// Prints everything that is not a result, on standard error. Names in it may come from elsewhere: nothing but
/// the ends of lines acts on a terminal.
func printError(_ text: String) {
    let style = Style(width: 0, color: false, ascii: false)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { style.printable(String($0)) }
    // There is nobody left to tell that this failed.
    _ = Array((lines.joined(separator: "\n") + "\n").utf8).withUnsafeBytes { writeAll($0, to: STDERR_FILENO) }
}

/// Files that are written.
enum Output {
    /// Writes a document to a file, or to standard output where none is given, or `-`.
    static func write(_ document: [UInt8], to path: String?) throws(Failure) {
        try write(to: path) { write throws(FileError) in try document.span.bytes.withUnsafeBytes(write) }
    }

    /// Writes what `body` hands to its argument, piece by piece, in the same way.
    static func write(
        to path: String?, _ body: (@escaping ByteSink) throws(FileError) -> Void
    ) throws(Failure) {
        guard let path, path != "-" else { return try printResult(writing: body) }
        guard !path.isEmpty else { throw Failure("--output \"\": is the name of no file", status: .usage) }
        try explaining("\(path): can't be written") { try AtomicFile.write(to: path, body) }
    }

    /// Fails where one of `outputs` is one of `inputs`, whatever it is called.
    static func check(_ outputs: [String], against inputs: [String]) throws(Failure) {
        for output in outputs {
            guard let identity = FileIdentity(output),
                let input = inputs.first(where: { FileIdentity($0) == identity })
            else { continue }
            throw Failure(
                "\(output): would overwrite the input \(input): write somewhere else", status: .usage)
        }
    }
}

/// What standard output is, as far as it matters for what is written there.
enum Terminal {
    /// True where standard output is a terminal.
    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// The terminal's width in columns, at least 40; nil where there is none.
    static var width: Int? {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return max(Int(size.ws_col), 40)
    }

    /// True where colour is welcome: on a terminal, without `NO_COLOR` (no-color.org).
    static var isColored: Bool {
        isTerminal && (environment("NO_COLOR") ?? "").isEmpty && environment("TERM") != "dumb"
    }

    /// True where the locale's character set is UTF-8.
    static var isUTF8: Bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment($0) }
            .first { !$0.isEmpty }
        let name = (locale ?? "").lowercased()
        return name.contains("utf-8") || name.contains("utf8")
    }

    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
