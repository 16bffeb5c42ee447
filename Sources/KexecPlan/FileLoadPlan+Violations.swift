extension FileLoadPlan {
    /// All rules that the plan breaks: none for a plan that may be loaded.
    public func violations() -> [Violation] {
        let problems = [
            inputsNeeded(), inputs.namesWithFolder(), inputs.namesRepeated(), fileSizes(), header(),
            commandLine(), flags(),
        ]
        return problems.joined().map(Violation.init)
    }

    /// A kernel and at most one initrd: the call takes nothing else.
    private func inputsNeeded() -> [Violation.Problem] {
        InputRole.allCases.compactMap { role in
            let count = inputs.count { $0.role == role }
            return switch (role, count) {
            case (.kernel, 0): .inputMissing(role)
            case (.kernel, 1), (.initrd, 0...1), (_, 0): nil
            case (.kernel, _), (.initrd, _): .inputRepeated(role, count: count)
            default: .inputIgnored(role, by: Self.method)
            }
        }
    }

    /// An empty file is refused as well (fs/kernel_read_file.c).
    private func fileSizes() -> [Violation.Problem] {
        let limit = LoadMethod.fileSizeLimit
        return inputs.compactMap { input in
            if input.size == 0 { return .inputEmpty(input.role) }
            return input.size > limit ? .inputTooLarge(input.role, size: input.size, limit: limit) : nil
        }
    }

    private func commandLine() -> [Violation.Problem] {
        let bytes = request.commandLine.utf8
        let size = UInt64(bytes.count)
        let limit = UInt64(BootProtocol.commandLineSize) - 1
        let tooLong: [Violation.Problem] =
            switch kernel {
            case .arm64: size > limit ? [.commandLineTooLong(size: size, limit: limit)] : []
            case .x86(let image): image.commandLine(size)
            }
        return (bytes.contains(0) ? [.commandLineHasZero] : []) + tooLong
    }

    private func header() -> [Violation.Problem] {
        switch kernel {
        case .arm64: []
        case .x86(let image): image.fields()
        }
    }

    private func flags() -> [Violation.Problem] {
        FileLoadFlag.allCases.flatMap { flag -> [Violation.Problem] in
            let count = request.flags.count { $0 == flag }
            var problems: [Violation.Problem] = []
            if count > 1 { problems.append(.flagRepeated(flag, count: count)) }
            if count > 0, flag == .forceDTB, architecture != .x86 {
                problems.append(.flagOfOtherArchitecture(flag, architecture))
            }
            return problems
        }
    }
}
