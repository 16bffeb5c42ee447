import CKexec
import KexecPlan

/// The running kernel, by kexec_file_load(2).
public struct KexecFileLoad {
    /// The system call: descriptors of kernel and initrd, the command line with its NUL, flags; 0 or errno.
    typealias Call = (Int32, Int32, UnsafeBufferPointer<CChar>, UInt) -> Int32
    private let call: Call

    /// Loads into the running kernel.
    public init() {
        self.init { kplan_kexec_file_load($0, $1, $2.count, $2.baseAddress, $3) }
    }

    init(call: @escaping Call) {
        self.call = call
    }

    /// Loads the kernel in place of the one that was loaded before. The kernel copies all of it before this returns.
    ///
    /// Where it fails, what was loaded before stays; but a crash kernel is gone then, since the new one goes to the same
    /// memory (kernel/kexec_file.c).
    public func load(_ arguments: FileLoadCall) throws(LoadError) {
        let flags = arguments.passedFlags.rawValue
        let commandLine = arguments.commandLine.utf8CString
        let code = arguments.kernel.withDescriptor { kernel in
            guard let initrd = arguments.initrd else {
                return commandLine.withUnsafeBufferPointer { call(kernel, -1, $0, flags) }
            }
            return initrd.withDescriptor { initrd in
                commandLine.withUnsafeBufferPointer { call(kernel, initrd, $0, flags) }
            }
        }
        if code != 0 { throw LoadError(errno: code) }
    }

    /// Drops what is loaded, by whichever call it was; nothing loaded is no error.
    public func unload(_ type: KexecType) throws(LoadError) {
        let flags: FileLoadFlags = type == .crash ? [.unload, .onCrash] : .unload
        let code = call(-1, -1, UnsafeBufferPointer(start: nil, count: 0), flags.rawValue)
        if code != 0 { throw LoadError(errno: code) }
    }
}
