import KexecPlan

extension FileLoadPlan: PlanCoded {
    var json: JSONValue {
        .block([
            "format_version": .string(PlanJSON.formatVersion),
            "architecture": .string(architecture.rawValue),
            "method": .string(Self.method.rawValue),
            "type": .string(type.rawValue),
            "request": request.json,
            "inputs": .list(inputs),
            "kernel": kernel.json,
            "left_to_kernel": .array(leftToKernel.map { .string($0.rawValue) }),
            "purgatory": .string(purgatory.rawValue),
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        let kernel: FileLoadKernel
        let header = try field.member("kernel")
        switch try field.member("architecture").word(Architecture.self) {
        case .arm64: kernel = .arm64(try KernelImage(json: header))
        case .x86: kernel = .x86(try BzImage(json: header))
        }
        self.init(
            type: try field.member("type").word(),
            request: try FileLoadRequest(json: field.member("request")),
            inputs: try field.member("inputs").list(.files), kernel: kernel)
        // What follows from the rest is there for readers; another value would be believed by them alone.
        try field.member("left_to_kernel").words(leftToKernel.map(\.rawValue))
        try field.member("purgatory").constant(purgatory.rawValue)
    }
}

extension FileLoadRequest: PlanCoded {
    var json: JSONValue {
        .block([
            "command_line": .string(commandLine),
            "flags": .array(flags.map { .string($0.rawValue) }),
            "files": .string(files.rawValue),
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        let flags: [FileLoadFlagWord] = try field.member("flags").list(.flags)
        self.init(
            commandLine: try field.member("command_line").text(), flags: flags.map(\.flag),
            files: try field.member("files").word())
    }
}

/// A flag as an element of a list.
private struct FileLoadFlagWord: PlanCoded {
    let flag: FileLoadFlag

    var json: JSONValue { .string(flag.rawValue) }

    init(json field: JSONField) throws(PlanDecodingError) {
        flag = try field.word()
    }
}

extension FileLoadKernel {
    var json: JSONValue {
        switch self {
        case .arm64(let image): image.json
        case .x86(let image): image.json
        }
    }
}

extension BzImage: PlanCoded {
    var json: JSONValue {
        .block([
            "boot_protocol": .hex(bootProtocol),
            "version": version.map(JSONValue.string) ?? .null,
            "load_flags": .hex(loadFlags),
            "extended_load_flags": .hex(extendedLoadFlags),
            "relocatable": .boolean(isRelocatable),
            "alignment": .hex(alignment),
            "preferred_address": .hex(preferredAddress),
            "init_size": .hex(initSize),
            "command_line_limit": .hex(commandLineLimit),
            "initrd_address_limit": .hex(initrdAddressLimit),
            "signed": .boolean(isSigned),
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(
            bootProtocol: try field.member("boot_protocol").hex(),
            version: try field.member("version").optional { field throws(PlanDecodingError) in
                try field.text()
            },
            loadFlags: try field.member("load_flags").hex(),
            extendedLoadFlags: try field.member("extended_load_flags").hex(),
            isRelocatable: try field.member("relocatable").boolean(),
            alignment: try field.member("alignment").hex(),
            preferredAddress: try field.member("preferred_address").hex(),
            initSize: try field.member("init_size").hex(),
            commandLineLimit: try field.member("command_line_limit").hex(),
            initrdAddressLimit: try field.member("initrd_address_limit").hex(),
            isSigned: try field.member("signed").boolean())
    }
}
