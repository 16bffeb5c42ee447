/// Why purgatory's object can't be linked.
public enum LinkingError: Error, Equatable, Sendable {
    /// The object has none of the symbols that tell a contract.
    case noContract
    /// The object has symbols of both contracts.
    case twoContracts(String, String)
    /// The object has something else than 0 at this symbol, which would switch its checks off.
    case checksSkipped(String)
    /// The object lacks a symbol that its contract demands.
    case missingSymbol(String)
    /// This symbol, purgatory's entry, is not at an instruction.
    case entryOutsideCode(String)
    /// Two symbols that are to be set share bytes.
    case symbolsOverlap(String, String)
    /// A symbol that is to be set has another size than the contract says. Sizes in bytes.
    case wrongSymbolSize(String, size: UInt64, expected: UInt64)
    /// A symbol that is to be set is not inside a section with content.
    case symbolWithoutContent(String)
    /// The object needs a symbol that nobody defines.
    case undefinedSymbol(String)
    /// The object has a section that is both writable and executable, which kplan's own contract excludes.
    case writableAndExecutable(section: String)
    /// The object has a relocation of a type that is not supported.
    case unknownRelocation(type: UInt32, section: String, offset: UInt64)
    /// A relocation is outside its section, or refers to a section that is not loaded.
    case badRelocation(section: String, offset: UInt64)
}
