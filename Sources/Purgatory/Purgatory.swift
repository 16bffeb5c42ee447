/// The purgatory that kplan loads by default: a relocatable ELF object (`ET_REL`) for bare aarch64.
///
/// It is built from `bare/` whenever the package is, by the plugin `BuildPurgatory`. Its sections, symbols
/// and console lines are a contract, written down in `docs/PURGATORY.md`.
public let purgatoryObject: [UInt8] = builtPurgatory
