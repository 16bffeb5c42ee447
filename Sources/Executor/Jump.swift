import CKexec
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

    /// Fails where there is nothing to jump into.
    public func check() throws(JumpError) {
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
    /// reboot(2) failed with this `errno`.
    case refused(errno: Int32)
}
