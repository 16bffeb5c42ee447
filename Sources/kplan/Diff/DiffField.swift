import ArgumentParser
import KexecPlan

/// What a difference is about, in the words that `kplan diff` prints.
enum DiffField: String, CaseIterable {
    case kernel
    case initrd
    case dtb
    case memoryMap = "memory-map"
    case machine
    case purgatory
    case commandLine = "command line"
    case console
    case granule
    case mmu = "MMU"
    case seeds
    case window
    case pageSize = "page size"
    case memory
    case uefi = "UEFI"
    case method = "system call"
    case architecture
    case type
    case flags
    case files
    case layout
    case deviceTree = "device tree"
    case bootParameters = "boot parameters"
    case elfCoreHeader = "ELF core header"
    case verification
    case entry
    case pageTables = "page-tables"
    case filledLater = "filled later"
    case inputs
    case segments
    case plan

    /// The word as it is typed and as programs get it: in lower case, with hyphens for spaces.
    var name: String { String(rawValue.lowercased().map { $0 == " " ? "-" : $0 }) }

    init(_ role: InputRole) {
        self =
            switch role {
            case .kernel: .kernel
            case .initrd: .initrd
            case .dtb: .dtb
            case .memoryMap: .memoryMap
            case .machine: .machine
            case .purgatory: .purgatory
            }
    }

    init(_ role: SegmentRole) {
        self =
            switch role {
            case .kernel: .kernel
            case .initrd: .initrd
            case .dtb: .dtb
            case .purgatory: .purgatory
            case .pageTables: .pageTables
            }
    }
}

extension DiffField: ExpressibleByArgument {
    init?(argument: String) {
        guard let field = Self.allCases.first(where: { $0.name == argument }) else { return nil }
        self = field
    }

    static var allValueStrings: [String] { allCases.map(\.name) }
}
