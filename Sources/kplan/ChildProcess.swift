import Glibc

/// A program that runs beside this one, its standard input and output being pipes. It doesn't outlive this value.
final class ChildProcess {
    private let path: String
    private let identifier: pid_t
    private var input: Int32
    private let output: Int32
    private var end: ProcessEnd?
    private var unsent: ArraySlice<UInt8> = []

    /// Starts the program: by its path, or by its name in `PATH`.
    init(_ path: String, _ arguments: [String] = []) throws(ChildProcessError) {
        self.path = path
        var toChild: [Int32] = [-1, -1]
        var fromChild: [Int32] = [-1, -1]
        guard pipe(&toChild) == 0 else { throw ChildProcessError(call: "pipe", errno: errno) }
        guard pipe(&fromChild) == 0 else {
            let failure = errno
            for descriptor in toChild { close(descriptor) }
            throw ChildProcessError(call: "pipe", errno: failure)
        }
        // A pipe ends when its last end is closed: no other child may have one. Swift has no pipe2; kplan has one thread, so
        // that nothing is started in between.
        for descriptor in toChild + fromChild { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        var started: pid_t = 0
        let failure = spawn(path, arguments, input: toChild[0], output: fromChild[1], &started)
        close(toChild[0])
        close(fromChild[1])
        guard failure == 0 else {
            close(toChild[1])
            close(fromChild[0])
            throw ChildProcessError(call: "posix_spawn", errno: failure)
        }
        (input, output, identifier) = (toChild[1], fromChild[0], started)
    }

    deinit {
        closeInput()
        close(output)
        guard end == nil else { return }
        kill(identifier, SIGKILL)
        while waitpid(identifier, nil, 0) < 0, errno == EINTR {}
    }

    /// What it gets on its standard input, and then the end of the file. It is written while `receive` waits: both sides
    /// may have more to say than a pipe holds.
    func send(_ bytes: some Collection<UInt8>) {
        unsent = ArraySlice(bytes)
        _ = fcntl(input, F_SETFL, O_NONBLOCK)
        writeUnsent()
    }

    /// The next bytes that it writes; none at the end; nil if that doesn't come in time.
    func receive(until deadline: ContinuousClock.Instant) -> [UInt8]? {
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { return nil }
            // poll ignores a descriptor below 0.
            var ready = [
                pollfd(fd: output, events: Int16(POLLIN), revents: 0),
                pollfd(fd: input, events: Int16(POLLOUT), revents: 0),
            ]
            let milliseconds =
                left.components.seconds &* 1000 &+ left.components.attoseconds / 1_000_000_000_000_000
            guard poll(&ready, 2, Int32(clamping: min(milliseconds + 1, 1000))) > 0 else { continue }
            if ready[1].revents != 0 { writeUnsent() }
            guard ready[0].revents != 0 else { continue }
            let received = read(output, &piece, piece.count)
            if received < 0, errno == EINTR { continue }
            return Array(piece.prefix(max(received, 0)))
        }
    }

    private func writeUnsent() {
        while !unsent.isEmpty {
            let written = unsent.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            if written < 0, errno == EAGAIN { return }
            // Who doesn't read has ended, and how is told then.
            guard written > 0 else { break }
            unsent = unsent.dropFirst(written)
        }
        unsent = []
        closeInput()
    }

    /// How it ended; nil if it hasn't by then.
    func wait(until deadline: ContinuousClock.Instant) -> ProcessEnd? {
        while end == nil {
            var status: Int32 = 0
            let found = waitpid(identifier, &status, WNOHANG)
            if found == identifier {
                end = ProcessEnd(status: status)
            } else if found < 0, errno != EINTR {
                end = .exited(127)
            } else {
                guard ContinuousClock.now < deadline else { return nil }
                usleep(2000)
            }
        }
        return end
    }

    private func closeInput() {
        if input >= 0 { close(input) }
        input = -1
    }
}

/// Why a program that was to run beside this one didn't start: the system call that failed, and how.
struct ChildProcessError: Error, Equatable {
    let call: String
    let errno: Int32
}
