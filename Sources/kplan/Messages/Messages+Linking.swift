import Arm64
import Emitter
import KexecPlan

extension Messages {
    static func text(_ error: LinkingError) -> String {
        switch error {
        case .noContract:
            """
            purgatory defines neither \(PurgatoryContract.regions), as kplan's own contract demands, nor \
            \(PurgatoryContract.sha256Regions) and \(PurgatoryContract.sha256Digest), as kexec-tools' does \
            (docs/PURGATORY.md): is it a purgatory?
            """
        case .twoContracts(let own, let foreign):
            """
            purgatory defines \(own) of kplan's own contract and \(foreign) of kexec-tools'; it has to be one of the \
            two (docs/PURGATORY.md)
            """
        case .checksSkipped(let name):
            "purgatory's symbol \(name) is not 0: it would start a kernel without any check"
        case .missingSymbol(let name):
            "purgatory has no symbol \(name), which its contract demands (docs/PURGATORY.md)"
        case .entryOutsideCode(let name):
            "purgatory's symbol \(name), its entry, is not at an instruction (docs/PURGATORY.md)"
        case .symbolsOverlap(let first, let second):
            "purgatory's symbols \(first) and \(second) share bytes; each is set to a value of its own"
        case .wrongSymbolSize(let name, let bytes, let expected):
            "purgatory's symbol \(name) has \(bytes) bytes; its contract demands \(expected) (docs/PURGATORY.md)"
        case .symbolWithoutContent(let name):
            "purgatory's symbol \(name) is in a section without content, where nothing can be set"
        case .undefinedSymbol(let name):
            "purgatory needs the symbol \(printable(name)), which it does not define"
        case .writableAndExecutable(let section):
            """
            purgatory's section \(printable(section)) is both writable and executable, which kplan's own contract \
            excludes (docs/PURGATORY.md)
            """
        case .unknownRelocation(let type, let section, let offset):
            """
            purgatory's section \(printable(section)) has a relocation of the unknown type \(type) at offset \
            \(offset.hex)
            """
        case .badRelocation(let section, let offset):
            """
            purgatory's section \(printable(section)) has a relocation at offset \(offset.hex) that is outside of \
            it or refers to a section that is not loaded
            """
        }
    }

    /// How the plan's section differs from the object's.
    static func otherSection(_ planned: PlacedSection, _ object: PlacedSection?) -> String {
        difference(
            "section at \(planned.address)", plan: text(planned),
            object: object.map { "says " + text($0) } ?? "has none of index \(planned.index) that is loaded")
    }

    /// How the plan's relocation differs from the object's.
    static func otherRelocation(_ planned: PlannedRelocation?, _ object: PlannedRelocation?) -> String {
        guard let planned else {
            return missing("relocation" + (object.map { " at \($0.site): \(text($0))" } ?? ""))
        }
        return difference(
            "relocation at \(planned.site)", plan: text(planned),
            object: object.map { object in
                let place = object.site == planned.site ? "" : " at \(object.site)"
                return "says \(text(object))\(place)"
            } ?? "has no more relocations")
    }

    /// How a symbol of the plan differs from the object's, or its value from what it has to be.
    static func otherSymbol(_ planned: SymbolPatch?, _ due: SymbolPatch?) -> String {
        guard let planned else { return missing("symbol" + (due.map { " \(text($0))" } ?? "")) }
        return difference(
            "symbol at \(planned.address)", plan: text(planned),
            object: due.map { "says " + text($0) } ?? "has no more symbols that are set")
    }

    /// - Parameter object: what purgatory's object does, with its verb.
    private static func difference(_ what: String, plan: String, object: String) -> String {
        """
        the plan's \(what) is not the object's: the plan says \(plan), purgatory's object \(object); make the plan \
        anew
        """
    }

    private static func missing(_ what: String) -> String {
        "the plan lacks purgatory's \(what); make the plan anew"
    }

    private static func text(_ section: PlacedSection) -> String {
        "\(printable(section.name)), \(section.size.hex) bytes, \(section.access.rawValue)"
    }

    private static func text(_ relocation: PlannedRelocation) -> String {
        let magnitude = relocation.addend.magnitude
        let addend = magnitude == 0 ? "" : " \(relocation.addend < 0 ? "-" : "+") \(magnitude.hex)"
        return
            "\(relocation.type.name) to \(printable(relocation.symbol))\(addend), \(relocation.value.hex)"
    }

    private static func text(_ symbol: SymbolPatch) -> String {
        let value =
            switch symbol.value {
            case .number(let number): number.hex
            case .regionTable: "the table of regions"
            case .ownDigest: "purgatory's digest"
            case .sha256Regions: "the table of regions"
            case .sha256Digest: "the digest of all segments"
            }
        return "\(printable(symbol.name)) at \(symbol.address) = \(value)"
    }
}
