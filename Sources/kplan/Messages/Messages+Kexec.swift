import BootInputs
import KexecPlan

// What `kplan kexec` doesn't do of what kexec-tools' options ask for.

extension Messages {
    static func text(_ refusal: KexecRefusal) -> String {
        switch refusal {
        case .noAction:
            """
            what is to be done is not said: -l loads, -p loads a crash kernel, -e executes, -f does both at once, -u unloads. \
            kexec-tools would load, and then call shutdown -r now: use -l, and systemctl kexec
            """
        case .noKernel: "no kernel is given"
        case .together(let one, let other, .nothingLeft):
            "\(one) and \(other) exclude each other: what is unloaded can't be executed"
        case .together(let one, let other, .oneAtATime):
            "\(one) and \(other) exclude each other: a load replaces what is loaded by itself"
        case .together(let one, let other, .startsAfterPanic):
            "\(one) and \(other) exclude each other: a crash kernel starts after a panic"
        case .ignoredKernel(let kernel, let reason): "\(printable(kernel)): would be ignored: \(reason)"
        case .type(let name):
            """
            --type \(quoted(name)): kplan loads Image, on x86_64 bzImage; unpack a compressed kernel, and take the Image out of \
            other files first
            """
        case .emptyWindow: "--mem-min and --mem-max leave no address"
        case .crashBySegments:
            """
            -p with -c: kexec_load needs an ELF core header among the segments of a crash kernel, which kplan does not make: \
            use -s, with which the running kernel makes it
            """
        case .crashWith(let option):
            """
            -p with \(option): that is for kexec_load, which needs an ELF core header among the segments of a crash kernel; \
            kplan does not make it: leave \(option) out
            """
        case .ignoredByFiles(let option):
            "-s with \(option): kexec_file_load would ignore that; use -c, or leave it out"
        case .ignoredBySegments(let flag):
            """
            \(flag == .noCMA ? "--no-cma" : "--force-dtb"): that is for kexec_file_load, and the other options ask for \
            kexec_load: leave one of them out
            """
        case .reusedInitrd:
            """
            --reuseinitrd: the initrd that this kernel was started with is gone from memory; kexec-tools on arm64 takes the \
            option and boots without an initrd: give the file with --initrd
            """
        case .jumpBack:
            """
            --load-preserve-context, --load-jump-back-helper and --entry are for a kernel that comes back \
            (CONFIG_KEXEC_JUMP), which arm64 has not
            """
        case .hotplug:
            """
            --hotplug: the running kernel can change a crash kernel's ELF core header where it has made it, by \
            kexec_file_load, without being asked: leave it out
            """
        }
    }

    /// That a kernel is not what --type says it is.
    static func text(_ kind: KernelFileKind, insteadOf due: KernelFileKind) -> String {
        let (name, architecture): (String, Architecture) =
            due == .bzImage ? ("a bzImage", .x86) : ("an Image", .arm64)
        let found =
            kind == .bzImage ? "it is a kernel for x86 (a bzImage)" : text(kind, wanted: architecture)
        return "is not \(name), which --type asks for: \(found)"
    }

    /// Why kexec_load is next.
    static func text(fallingBack failure: Failure) -> String {
        let first = failure.text.split(separator: "\n").first.map(String.init) ?? ""
        return "\(first); trying kexec_load, as nothing but -s forbids"
    }
}
