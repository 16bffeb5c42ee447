import Glibc

/// How a process ended.
enum ProcessEnd: Equatable {
    case exited(Int32)
    case killed(signal: Int32)

    /// The end that wait(2) tells (WTERMSIG and WEXITSTATUS of <sys/wait.h>).
    init(status: Int32) {
        let signal = status & 0x7f
        self = signal == 0 ? .exited(status >> 8 & 0xff) : .killed(signal: signal)
    }
}

/// Starts a program (posix_spawnp): by its path, or by its name in `PATH`. The signals that kplan ignores are as they are by
/// default in it. Returns 0 or an errno.
/// - Parameters:
///   - input: becomes its standard input, `output` its standard output; without them it has kplan's own.
func spawn(
    _ program: String, _ arguments: [String] = [], input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO,
    _ started: inout pid_t
) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGPIPE, SIGXFSZ] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
    defer { for word in words { free(word) } }
    words.append(nil)
    return posix_spawnp(&started, program, &actions, &attributes, words, environ)
}

/// Runs a program to its end, with kplan's standard input, output and error.
func run(_ program: String, _ arguments: [String]) throws(SpawnError) -> ProcessEnd {
    var started: pid_t = 0
    let failure = spawn(program, arguments, &started)
    guard failure == 0 else { throw SpawnError(errno: failure) }
    var status: Int32 = 0
    while waitpid(started, &status, 0) < 0 {
        guard errno == EINTR else { throw SpawnError(errno: errno) }
    }
    return ProcessEnd(status: status)
}

/// Why a program didn't run.
struct SpawnError: Error, Equatable {
    var errno: Int32
}
