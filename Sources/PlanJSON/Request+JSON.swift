import Arm64
import KexecPlan

extension Request: PlanCoded {
    var json: JSONValue {
        .block([
            "command_line": commandLine.map(JSONValue.string) ?? .null,
            "reused_command_line": reusedCommandLine.map(JSONValue.string) ?? .null,
            "console": console.map { .string($0.description) } ?? .null,
            "console_source": .string(consoleSource.word),
            "granule": .string(granule.rawValue),
            "allow_mmu_off": .boolean(allowsMMUOff),
            "seeds": .string(seeds.rawValue),
            "memory_window": memoryWindow?.json ?? .null,
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(
            commandLine: try field.member("command_line").optional { field throws(PlanDecodingError) in
                try field.text()
            },
            reusedCommandLine: try field.member("reused_command_line").optional {
                field throws(PlanDecodingError) in try field.text()
            },
            console: try field.member("console").optional { field throws(PlanDecodingError) in
                try field.console()
            },
            consoleSource: try field.member("console_source").consoleSource(),
            granule: try field.member("granule").word(),
            allowsMMUOff: try field.member("allow_mmu_off").boolean(),
            seeds: try field.member("seeds").word(),
            memoryWindow: try field.member("memory_window").optional(AddressRange.init(json:)))
    }
}

extension AddressRange: PlanCoded {
    var json: JSONValue { .line(["start": .hex(start), "end": .hex(end)]) }

    init(json field: JSONField) throws(PlanDecodingError) {
        let start = try field.member("start").address()
        let end = try field.member("end").address()
        guard let range = AddressRange(start: start, end: end) else {
            throw try field.member("end").unexpected(due: .hexNumberAbove(start.rawValue))
        }
        self = range
    }
}

extension JSONField {
    /// `given`, `unasked`, `stdout-path`, or the name of a port.
    fileprivate func consoleSource() throws(PlanDecodingError) -> ConsoleSource {
        guard let source = ConsoleSource(word: try text()) else {
            throw unexpected(due: .oneOf(["given", "unasked", "stdout-path", "tty…"]))
        }
        return source
    }

    /// `pl011,0x9000000`: the kind, which may have a comma itself, and the address.
    fileprivate func console() throws(PlanDecodingError) -> Console {
        let kinds = Console.Kind.allCases
        let due = PlanDecodingError.Due.console(kinds: kinds.map(\.rawValue))
        guard case .string(let text) = value, let comma = text.utf8.lastIndex(of: UInt8(ascii: ",")) else {
            throw unexpected(due: due)
        }
        let name = text.utf8[..<comma]
        guard let kind = kinds.first(where: { $0.rawValue.utf8.elementsEqual(name) }),
            let address = UInt64(planHex: String(text[comma...].dropFirst()))
        else { throw unexpected(due: due) }
        return Console(kind: kind, address: PhysicalAddress(address))
    }
}
