import CKexec
import Files
import Glibc

/// The jump into what was loaded: the end of the running system, without a shutdown.
public struct Jump {
    private let root: String
    private let synchronize: () -> Void
    private let reboot: () -> Int32

    /// Jumps for real.
    public init() {
        self.init(root: "/", synchronize: { sync() }, reboot: kplan_reboot_kexec)
    }

    /// - Parameters:
    ///   - root: the folder that stands for `/`.
    ///   - reboot: asks for `LINUX_REBOOT_CMD_KEXEC`; returns errno.
    init(root: String, synchronize: @escaping () -> Void, reboot: @escaping () -> Int32) {
        self.root = root
        self.synchronize = synchronize
        self.reboot = reboot
    }

    /// Fails where this process can't jump, whatever is loaded: reboot(2) says EINVAL to LINUX_REBOOT_CMD_KEXEC of any other
    /// PID namespace than the first (kernel/pid_namespace.c, reboot_pid_ns).
    public func checkNamespace() throws(JumpError) {
        var target = [UInt8](repeating: 0, count: 64)
        let count = readlink(MachineFiles(root: root).path("proc/self/ns/pid"), &target, target.count)
        guard count > 0 else { return }
        let found = String(decoding: target.prefix(count), as: UTF8.self)
        if found != Self.firstNamespace { throw .inPIDNamespace(found) }
    }

    /// PROC_PID_INIT_INO, 0xEFFFFFFC (include/linux/proc_ns.h).
    private static let firstNamespace = "pid:[4026531836]"

    /// Fails where there is nothing to jump into, or no way to.
    public func check() throws(JumpError) {
        try checkNamespace()
        switch try? LoadedImages(root: root).loaded(.normal) {
        case .known(true)?: break
        case .known(false)?: throw .nothingLoaded
        case .noKexec?: throw .notSupported
        case .unreadable?, .malformed?, nil: throw .notKnown
        }
    }

    /// Writes all files to their disks and jumps; returns only by an error.
    /// - Parameter synchronizes: false leaves out what was not written yet.
    public func perform(synchronizes: Bool = true) throws(JumpError) {
        // reboot(2) would say EINVAL, as it does for other reasons.
        try check()
        if synchronizes { synchronize() }
        throw .refused(errno: reboot())
    }
}

/// Why the running kernel is still there.
public enum JumpError: Error, Equatable, Sendable {
    /// There is no /sys/kernel/kexec_loaded: the running kernel has no kexec.
    case notSupported
    /// /sys/kernel/kexec_loaded can't be read, or says neither 0 nor 1.
    case notKnown
    /// /sys/kernel/kexec_loaded says that nothing is loaded.
    case nothingLoaded
    /// This process is in another PID namespace than the first: `pid:[4026532208]`, of a container.
    case inPIDNamespace(String)
    /// reboot(2) failed with this `errno`.
    case refused(errno: Int32)
}
