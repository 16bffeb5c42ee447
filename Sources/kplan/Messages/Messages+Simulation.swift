import Emulation

// Why there was no simulation: what is missing, or what went wrong in kplan-simulate.

extension Messages {
    static func text(_ error: SimulatorError) -> String {
        switch error {
        case .notFound(nil):
            """
            kplan-simulate is not there, or can't be run: the program with the emulator (Unicorn), looked for beside \
            kplan, in ../libexec/kplan and in PATH; KPLAN_SIMULATE can name it. To build it: apt-get install \
            libunicorn-dev, and swift build -c release --product kplan-simulate. It is not in kplan's Debian package: simulate \
            where you plan
            """
        case .notFound(let given?):
            "KPLAN_SIMULATE is \(quoted(given)), which is no program that can be run: it has to be kplan-simulate"
        case .notStarted(let path, let call, let errno):
            "\(printable(path)): can't be started: \(call): \(text(errno: errno))"
        case .killed(let path, let signal):
            """
            \(printable(path)) was ended by signal \(signal): the emulator failed, which says nothing about the plan
            """
        case .exited(let path, let status):
            """
            \(printable(path)) ended with status \(status) and no outcome: the emulator failed, which says nothing \
            about the plan
            """
        case .garbled(let path):
            "\(printable(path)): what it wrote is no outcome: is it kplan-simulate, from the same build as kplan?"
        case .otherVersion(let path):
            "\(printable(path)): is from another version of kplan: build both from the same sources"
        case .timedOut(let path, let time):
            """
            \(printable(path)) did not end within \(time.components.seconds) s, though it has a limit of its own; \
            it was killed
            """
        }
    }

    static func text(_ error: EmulationError) -> String {
        switch error {
        case .library(let call, let code): "the emulator failed: \(call): Unicorn's error \(code)"
        case .levelNotImplemented(let cpu, let level):
            "\(cpu.rawValue) has no exception level \(level.rawValue)"
        case .registerValueNotEmulated(_, let value): "the emulator can't take \(value.hex) in a register"
        case .rangeBeyondAddressSpace(let address, let size):
            "\(size.hex) bytes at \(address.hex) leave the address space"
        case .contentExceedsMemory(let address, let memorySize, let contentSize):
            """
            the segment at \(address.hex) has \(contentSize.hex) bytes of content, more than its \
            \(memorySize.hex) of memory
            """
        case .segmentsOverlap(let first, let second):
            "the segments at \(first.hex) and \(second.hex) overlap"
        case .consoleInMemory(let page): "the console is in the page \(page.hex), where a segment is"
        case .entryMisaligned(let entry): "the entry \(entry.hex) is not a multiple of 4"
        case .registerCount(let count): "\(count) registers"
        case .notMemory(let address, let size): "\(size.hex) bytes at \(address.hex) are not all memory"
        case .unreadable(let path, let errno): "\(printable(path)): \(text(errno: errno))"
        case .truncated(let path, let size):
            "\(printable(path)): has only \(size) bytes by now: it was changed meanwhile"
        }
    }
}
