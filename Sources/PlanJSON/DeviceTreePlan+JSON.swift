import KexecPlan

extension DeviceTreePlan: PlanCoded {
    var json: JSONValue {
        // A tree that was given is an input.
        let source = JSONValue.block(isLive ? ["source": "live"] : [:])
        return source.appending([
            "edits": .list(edits),
            "removed_reservations": .list(removedReservations),
            "uefi": .list(uefi),
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        let source = try field.optionalMember("source")
        try source?.constant("live")
        self.init(
            edits: try field.member("edits").list(.edits),
            removedReservations: try field.member("removed_reservations").list(.removedReservations),
            uefi: try field.member("uefi").list(.uefi),
            isLive: source != nil)
    }
}

extension UEFIPointer: PlanCoded {
    var json: JSONValue { .line(["property": .string(property), "value": .hex(value)]) }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(property: try field.member("property").text(), value: try field.member("value").hex())
    }
}

extension DeviceTreeEdit: PlanCoded {
    var json: JSONValue {
        let place = JSONValue.line(["node": .string(node), "property": .string(property)])
        return switch change {
        case .text(let text): place.appending(["change": "text", "value": .string(text)])
        case .number(let number): place.appending(["change": "number", "value": .hex(number)])
        case .zeros(let count): place.appending(["change": "zeros", "size": .string(Int64(count).planHex)])
        case .delete: place.appending(["change": "delete"])
        }
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        let change: Change =
            switch try field.member("change").index(in: ["text", "number", "zeros", "delete"]) {
            case 0: .text(try field.member("value").text())
            case 1: .number(try field.member("value").hex())
            case 2: .zeros(try field.member("size").count())
            default: .delete
            }
        self.init(
            node: try field.member("node").text(), property: try field.member("property").text(),
            change: change)
    }
}

extension JSONField {
    /// A hex number of bytes that can be counted in memory.
    fileprivate func count() throws(PlanDecodingError) -> Int {
        guard let count = Int(exactly: try hex()) else { throw unexpected(due: .hexNumber) }
        return count
    }
}
