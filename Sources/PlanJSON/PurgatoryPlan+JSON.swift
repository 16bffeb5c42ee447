import Arm64
import KexecPlan

extension PurgatoryPlan: PlanCoded {
    var json: JSONValue {
        .block([
            "contract": .string(contract.rawValue),
            "sections": .list(sections),
            "relocations": .list(relocations),
            "symbols": .list(symbols),
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(
            contract: try field.member("contract").word(),
            sections: try field.member("sections").list(.sections),
            relocations: try field.member("relocations").list(.relocations),
            symbols: try field.member("symbols").list(.symbols))
    }
}

extension PlacedSection: PlanCoded {
    var json: JSONValue {
        .line([
            "name": .string(name), "index": .integer(Int64(index)), "address": .hex(address),
            "size": .hex(size), "access": .string(access.rawValue),
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(
            name: try field.member("name").text(),
            index: try field.member("index").integer(JSONField.counts),
            address: try field.member("address").address(),
            size: try field.member("size").hex(),
            access: try field.member("access").word())
    }
}

extension PlannedRelocation: PlanCoded {
    var json: JSONValue {
        .line([
            "site": .hex(site), "type": .string(type.name), "symbol": .string(symbol),
            "addend": .string(addend.planHex), "value": .hex(value),
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        let types = RelocationType.allCases
        self.init(
            site: try field.member("site").address(),
            type: types[try field.member("type").index(in: types.map(\.name))],
            symbol: try field.member("symbol").text(),
            addend: try field.member("addend").signedHex(),
            value: try field.member("value").hex())
    }
}

extension SymbolPatch: PlanCoded {
    private static let regionTable = "region-table"
    private static let ownDigest = "own-digest"
    private static let sha256Regions = "sha256-regions"
    private static let sha256Digest = "sha256-digest"

    var json: JSONValue {
        let value: JSONValue =
            switch value {
            case .number(let number): .hex(number)
            case .regionTable: .string(Self.regionTable)
            case .ownDigest: .string(Self.ownDigest)
            case .sha256Regions: .string(Self.sha256Regions)
            case .sha256Digest: .string(Self.sha256Digest)
            }
        return .line(["name": .string(name), "address": .hex(address), "value": value])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        let value = try field.member("value")
        self.init(
            name: try field.member("name").text(),
            address: try field.member("address").address(),
            value: try value.symbolValue([
                (Self.regionTable, .regionTable), (Self.ownDigest, .ownDigest),
                (Self.sha256Regions, .sha256Regions), (Self.sha256Digest, .sha256Digest),
            ]))
    }
}

extension JSONField {
    /// A hex number or one of these words.
    fileprivate func symbolValue(
        _ words: [(String, SymbolPatch.Value)]
    ) throws(PlanDecodingError) -> SymbolPatch.Value {
        guard case .string(let text) = value else { throw unexpected(due: .hexNumberOr(words.map(\.0))) }
        if let number = UInt64(planHex: text) { return .number(number) }
        guard let word = words.first(where: { $0.0.utf8.elementsEqual(text.utf8) }) else {
            throw unexpected(due: .hexNumberOr(words.map(\.0)))
        }
        return word.1
    }
}
