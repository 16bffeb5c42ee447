import Arm64
import Executor
import KexecPlan

// Why the kernel refuses a load: its error, what is known to be the cause, and what else it may be.

extension Messages {
    static func text(_ failure: LoadFailure) -> String {
        var lines = ["\(failure.method.rawValue) failed: \(text(errno: failure.errno))"]
        for (certainty, introduction) in [
            (Certainty.certain, "because"), (.likely, "most likely because"), (.possible, "perhaps because"),
        ] {
            let causes = failure.causes.filter { $0.certainty == certainty }
            guard !causes.isEmpty else { continue }
            let isFirst = lines.count == 1
            lines.append(isFirst || certainty == .certain ? introduction : "perhaps also because")
            lines += causes.map { item($0, certainty == .certain ? "see" : "to find out, see") }
        }
        if failure.causes.isEmpty { lines.append("no known cause fits; see the kernel's log (dmesg)") }
        return lines.joined(separator: "\n")
    }

    /// What a system call would be refused for, before it is made.
    static func text(refusals: [LoadFailure.Cause], by method: LoadMethod) -> String {
        let items = texts(refusals: refusals).map { "  - \($0)" }
        return (["\(method.rawValue) would be refused; nothing was tried"] + items).joined(separator: "\n")
    }

    /// What an attempt is likely to be refused for that costs the crash kernel which is loaded.
    static func text(risks: [LoadFailure.Cause], by method: LoadMethod) -> String {
        let head = """
            \(method.rawValue) is likely to be refused, and costs the crash kernel that is loaded, which the kernel frees first; \
            nothing was tried (kplan unload --crash before lets it be tried)
            """
        return ([head] + texts(refusals: risks).map { "  - \($0)" }).joined(separator: "\n")
    }

    /// The causes, a text for each.
    static func texts(refusals: [LoadFailure.Cause]) -> [String] {
        refusals.map { refusal in
            var refusal = refusal
            // Nothing was tried, so nothing was logged.
            refusal.evidence.removeAll(where: \.isLogged)
            return text(refusal, "see")
        }
    }

    /// What the kernel's log got during a load; nil where it got nothing.
    static func text(_ log: LoadLog.Lines) -> String? {
        switch log {
        case .read([], _):
            return nil
        case .read(let lines, let left):
            let more = left == 0 ? [] : ["  (\(left) lines before these are left out: see dmesg)"]
            return (["the kernel's log of it:"] + more + lines.map { "  " + printable($0) })
                .joined(separator: "\n")
        case .unreadable(let error):
            return "the kernel's log may say more, see dmesg: \(error.path): \(text(error))"
        }
    }

    private static func item(_ cause: LoadFailure.Cause, _ introduction: String) -> String {
        "  - \(text(cause, introduction))"
    }

    private static func text(_ cause: LoadFailure.Cause, _ introduction: String) -> String {
        let places = cause.evidence.map(text).joined(separator: ", ")
        return text(cause.reason) + (places.isEmpty ? "" : " (\(introduction) \(places))")
    }

    private static func text(_ evidence: LoadFailure.Evidence) -> String {
        switch evidence {
        case .file(let path): path
        case .kernelLog(let line): "\"\(line)\" in the kernel's log"
        case .configuration(let option): "\(option) in the running kernel's configuration"
        case .request: "the plan's segments"
        }
    }

    private static func text(_ reason: RefusalReason) -> String {
        switch reason {
        // EPERM
        case .noCapability: "this process has no CAP_SYS_BOOT: run kplan as root"
        case .inUserNamespace:
            """
            this process is in a user namespace, as in a container, where its privileges don't count: run \
            kplan outside of it
            """
        case .loadingDisabled: "kernel.kexec_load_disabled is 1: nothing can be loaded until the next boot"
        case .limitReached:
            "this boot's number of loads is used up: nothing can be loaded until the next boot"
        case .loadPin:
            """
            LoadPin takes kernels only from files of its pinned file system, and kexec_load has no file: make the plan \
            with --method kexec_file_load --files original
            """
        case .lockedDown(let mode):
            """
            the kernel is locked down\(mode.map { " (\(printable($0)))" } ?? ""), as it is with Secure Boot, and takes no \
            kernel from kexec_load: make the plan with --method kexec_file_load and a signed kernel, or boot without lockdown
            """
        case .filtered:
            """
            a filter of system calls (seccomp), of a container or a service, doesn't let the call through: run \
            kplan outside of it
            """

        // EACCES
        case .signatureRequired:
            """
            IMA demands a signature, and kexec_load has no file that could have one: make the plan with --method \
            kexec_file_load --files original, and sign its files
            """
        case .forbiddenByPolicy(let modules):
            "a policy of \(modules.isEmpty ? "a security module" : list(modules)) forbids it"

        // EBUSY
        case .otherLoad:
            "another load was going on, or something read /sys/kernel/kexec_crash_size: try again"
        case .processorsStuck(let methods):
            """
            CPUs can't be taken out of the kernel: they hang, or were started by spin-table or ACPI's parking protocol, \
            which have no way back, or the kernel has no CONFIG_HOTPLUG_CPU\(methods.isEmpty ? "" : "; here it is \(list(methods))")
            """
        case .protectedKVM:
            "KVM in protected mode keeps EL2: boot without kvm-arm.mode=protected"

        // EADDRNOTAVAIL
        case .notPageAligned(let role, let start, let bytes, let pageSize):
            """
            the \(role.rawValue) segment at \(start) with \(size(bytes)) does not begin and end at multiples of \
            the running kernel's page size, \(size(pageSize)): make the plan with that --page-size
            """
        case .beyondAddressSpace(let role, let start, let bytes):
            "the \(role.rawValue) segment at \(start) with \(size(bytes)) leaves 64 bits"
        case .outsideCrashMemory(size: 0):
            "no memory is reserved for a crash kernel: boot with crashkernel="
        case .outsideCrashMemory(let bytes):
            """
            not all of it is inside the memory that is reserved for a crash kernel\
            \(bytes.map { ", \(size($0))" } ?? "")
            """

        // EINVAL
        case .otherArchitecture(let running, let due):
            "the running kernel is for \(printable(running)), not for \(due.machineName): run kplan on the plan's machine"
        case .tooManySegments(let count, let limit): "there are \(count) segments; it takes at most \(limit)"
        case .overlap(let first, let second):
            "the segments \(first.rawValue) and \(second.rawValue) share memory"
        case .contentTooLarge(let role, let content, let memory):
            "the \(role.rawValue) segment has \(size(content)) of content, more than its memory, \(size(memory))"
        case .moreThanHalfOfMemory(let needed, let limit):
            """
            all segments need \(size(needed)), more than half of the machine's memory\
            \(limit.map { ", \(size($0))" } ?? "")
            """
        case .unknownFlags(.debug, _):
            "the running kernel doesn't know KEXEC_DEBUG, which no Linux up to 7.2 has: apply without --debug"
        case .unknownFlags(let flags, let since):
            """
            the running kernel doesn't know the flags \(UInt64(flags.rawValue).hex)\
            \(since.map { ", which came with Linux \($0)" } ?? "")
            """

        // ENOMEM
        case .outOfMemory(let needed, let available):
            """
            the kernel copies the segments, \(size(needed)), and has not enough memory left\
            \(available.map { ", \(size($0))" } ?? "")
            """

        // ENOSYS
        case .notBuiltIn(let method, let other):
            """
            the running kernel was built without \(method.rawValue)\
            \(other.map { "; it has \($0.rawValue), for which there are plans too (kplan make --method)" } ?? "")
            """

        case .unknownFileFlag(let flag, let since):
            """
            the running kernel doesn't know \(flag.names.joined(separator: ", ")), which came with Linux \(since)\
            \(flag == .debug ? ": apply without --debug" : ": make the plan without it")
            """

        case .file(let refusal): text(refusal)

        // EFAULT
        case .contentUnreadable:
            "the kernel could not read the segments' content, a fault of kplan: please report it"
        }
    }

    private static func list(_ names: [String]) -> String {
        names.map(printable).joined(separator: ", ")
    }
}
