import Executor
import Files
import Glibc

extension Messages {
    static func text(_ error: FileError) -> String {
        switch error {
        case .failed(.makeFolder, _, EEXIST): "is there, and is no folder"
        case .failed(let operation, _, let errno): "\(operation.rawValue): \(text(errno: errno))"
        case .isDirectory: "is a folder"
        case .isDevice: "is a device, and its size is not known: copy it to a file"
        case .isStream: "is a pipe or a socket, which the kernel does not read: copy it to a file"
        case .tooLarge(_, let limit): "has more than \(size(UInt64(limit)))"
        }
    }

    static func text(_ error: RandomError) -> String {
        "no random bytes: getrandom: \(text(errno: error.errno))"
    }

    static func text(_ error: ExecutionError) -> String {
        let advice = "; --force jumps without systemd"
        return switch error {
        case .calledOff(let signal): "called off by \(signal)"
        case .systemctlNotRun(let errno): "systemctl kexec could not be run: \(text(errno: errno))\(advice)"
        case .systemctlFailed(.exited(let status)): "systemctl kexec ended with status \(status)\(advice)"
        case .systemctlFailed(.killed(let signal)): "systemctl kexec was ended by signal \(signal)\(advice)"
        }
    }

    static func text(_ error: JumpError) -> String {
        switch error {
        case .notSupported: "/sys/kernel/kexec_loaded is not there: the running kernel has no kexec"
        case .notKnown: "/sys/kernel/kexec_loaded doesn't say whether something is loaded"
        case .nothingLoaded: "/sys/kernel/kexec_loaded says that nothing is loaded"
        case .inPIDNamespace(let name):
            """
            this process is in a PID namespace of its own (\(printable(name)), /proc/self/ns/pid), as in a container, and can't \
            jump from there: run kplan outside of it
            """
        case .refused(let errno): "reboot failed: \(text(errno: errno))"
        }
    }
}
