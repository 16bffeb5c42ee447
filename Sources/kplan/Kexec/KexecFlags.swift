import ArgumentParser

/// What kexec is to do. They may be given together; kexec-tools' manual page says what that means.
enum KexecAction: String, EnumerableFlag {
    case load
    case loadPanic
    case exec
    case unload
    case force

    static func name(for action: Self) -> NameSpecification {
        switch action {
        case .load: [.customShort("l"), .long]
        case .loadPanic: [.customShort("p"), .long]
        case .exec: [.customShort("e"), .long]
        case .unload: [.customShort("u"), .long]
        case .force: [.customShort("f"), .long]
        }
    }

    static func help(for action: Self) -> ArgumentHelp? {
        switch action {
        case .load: "Load the kernel."
        case .loadPanic:
            "Load the kernel as a crash kernel; with -u: unload that; with -S: ask about that. By kexec_file_load alone."
        case .exec: "Jump at once into what is loaded. Nothing is shut down."
        case .unload: "Unload what is loaded."
        case .force: "Load the kernel and jump at once. Nothing is shut down."
        }
    }
}

/// By which system call kexec loads; the last one given counts.
enum KexecCall: String, EnumerableFlag {
    case files
    case segments
    case auto

    static func name(for call: Self) -> NameSpecification {
        switch call {
        case .files: [.customShort("s"), .customLong("kexec-file-syscall")]
        case .segments: [.customShort("c"), .customLong("kexec-syscall")]
        case .auto: [.customShort("a"), .customLong("kexec-syscall-auto")]
        }
    }

    static func help(for call: Self) -> ArgumentHelp? {
        switch call {
        case .files: "By kexec_file_load alone."
        case .segments:
            "By kexec_load alone: kplan decides where every byte goes, and its purgatory verifies them."
        case .auto:
            """
            By kexec_file_load, or by kexec_load where the running kernel lacks that, or doesn't take this kernel by it. So it \
            is without -s and -c too.
            """
        }
    }
}
