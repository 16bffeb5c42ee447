// Models of CPUs by MIDR_EL1, and what their ID registers say, for what only the machine itself can read.
//
// Source of the numbers: arch/arm64/include/asm/cputype.h of Linux (implementer and part); the "AArch64 registers"
// chapters of the cores' Technical Reference Manuals, as target/arm/cpu64.c and target/arm/tcg/cpu64.c of QEMU have
// them, for ID_AA64MMFR0_EL1 and ID_AA64MMFR1_EL1; of Apple's what VirtualBox's processor database has read on them.

/// A model of CPU.
public struct ProcessorModel: Equatable, Sendable {
    /// What its maker calls it.
    public let name: String
    /// ID_AA64MMFR0_EL1; nil where no source says it.
    public let memoryModelFeatures0: UInt64?
    /// ID_AA64MMFR1_EL1; nil where no source says it.
    public let memoryModelFeatures1: UInt64?

    /// The model that MIDR_EL1 tells; nil where it isn't known.
    public init?(mainID: UInt64) {
        let implementer = mainID >> 24 & 0xff
        let part = mainID >> 4 & 0xfff
        guard let row = Self.rows.first(where: { $0.implementer == implementer && $0.part == part }) else {
            return nil
        }
        name = row.name
        memoryModelFeatures0 = row.features0
        memoryModelFeatures1 = row.features1
    }

    /// MIDR_EL1 from the fields that /proc/cpuinfo shows. Architecture is 0xf: the ID registers tell what there is.
    public static func mainID(implementer: UInt64, variant: UInt64, part: UInt64, revision: UInt64) -> UInt64?
    {
        guard implementer <= 0xff, variant <= 0xf, part <= 0xfff, revision <= 0xf else { return nil }
        return implementer << 24 | variant << 20 | 0xf << 16 | part << 4 | revision
    }

    /// The granules that it has (TGran4, TGran16 and TGran64 of ID_AA64MMFR0_EL1); nil where that isn't known.
    public var granules: [Granule]? {
        memoryModelFeatures0.map { register in
            Granule.allCases.filter { $0.isSupported(byMemoryModelFeatures: register) }
        }
    }

    /// The bits of its physical addresses (PARange); nil where that isn't known.
    public var physicalAddressBits: Int? {
        memoryModelFeatures0.map { Int(PhysicalAddressSize.bits(ofMemoryModelFeatures: $0)) }
    }

    /// Whether it has FEAT_VHE (VH of ID_AA64MMFR1_EL1 is 1); nil where that isn't known.
    public var hasVHE: Bool? { memoryModelFeatures1.map { $0 >> 8 & 0xf == 1 } }

    private typealias Row = (
        implementer: UInt64, part: UInt64, name: String, features0: UInt64?, features1: UInt64?
    )

    private static let rows: [Row] = [
        (0x41, 0xd04, "Cortex-A35", 0x10_1122, 0),
        (0x41, 0xd03, "Cortex-A53", 0x1122, 0),
        (0x41, 0xd05, "Cortex-A55", 0x10_1122, 0x1021_2122),
        (0x41, 0xd07, "Cortex-A57", 0x1124, 0),
        (0x41, 0xd08, "Cortex-A72", 0x1124, 0),
        (0x41, 0xd0b, "Cortex-A76", 0x10_1122, 0x1021_2122),
        (0x41, 0xd42, "Cortex-A78AE", 0x10_1125, 0x1021_2122),
        (0x41, 0xd47, "Cortex-A710", 0x222_0010_1122, 0x1021_2122),
        (0x41, 0xd0c, "Neoverse-N1", 0x10_1125, 0x1021_2122),
        (0x41, 0xd40, "Neoverse-V1", 0x10_1125, 0x1021_2122),
        (0x41, 0xd49, "Neoverse-N2", 0x222_0010_1125, 0x1021_2122),
        (0x46, 0x001, "A64FX", 0x1122, 0x1121_2100),
        (0x61, 0x022, "Apple M1 (Icestorm)", 0x1212_0f10_0001, 0x1121_2100),
        (0x61, 0x023, "Apple M1 (Firestorm)", 0x1212_0f10_0001, 0x1121_2100),
        (0x61, 0x038, "Apple M2 Max (Blizzard)", 0x1100_1212_0f10_0003, 0x11_1121_2100),
        (0x61, 0x039, "Apple M2 Max (Avalanche)", 0x1100_1212_0f10_0003, 0x11_1121_2100),
        (0x41, 0xd09, "Cortex-A73", nil, nil),
        (0x41, 0xd0a, "Cortex-A75", nil, nil),
        (0x41, 0xd0d, "Cortex-A77", nil, nil),
        (0x41, 0xd41, "Cortex-A78", nil, nil),
        (0x41, 0xd44, "Cortex-X1", nil, nil),
        (0x41, 0xd46, "Cortex-A510", nil, nil),
        (0x41, 0xd48, "Cortex-X2", nil, nil),
        (0x41, 0xd4b, "Cortex-A78C", nil, nil),
        (0x41, 0xd4d, "Cortex-A715", nil, nil),
        (0x41, 0xd4e, "Cortex-X3", nil, nil),
        (0x41, 0xd4f, "Neoverse-V2", nil, nil),
        (0x41, 0xd81, "Cortex-A720", nil, nil),
        (0x41, 0xd82, "Cortex-X4", nil, nil),
        (0x41, 0xd84, "Neoverse-V3", nil, nil),
        (0x43, 0x0a1, "ThunderX", nil, nil),
        (0x43, 0x0af, "ThunderX2", nil, nil),
        (0x48, 0xd01, "TSV110", nil, nil),
        (0x4e, 0x004, "Carmel", nil, nil),
        (0x50, 0x000, "X-Gene", nil, nil),
        (0x51, 0xc00, "Falkor", nil, nil),
        (0x61, 0x024, "Apple M1 Pro (Icestorm)", nil, nil),
        (0x61, 0x025, "Apple M1 Pro (Firestorm)", nil, nil),
        (0x61, 0x028, "Apple M1 Max (Icestorm)", nil, nil),
        (0x61, 0x029, "Apple M1 Max (Firestorm)", nil, nil),
        (0x61, 0x032, "Apple M2 (Blizzard)", nil, nil),
        (0x61, 0x033, "Apple M2 (Avalanche)", nil, nil),
        (0x61, 0x034, "Apple M2 Pro (Blizzard)", nil, nil),
        (0x61, 0x035, "Apple M2 Pro (Avalanche)", nil, nil),
        (0xc0, 0xac3, "Ampere1", nil, nil),
        (0xc0, 0xac4, "Ampere1A", nil, nil),
    ]
}

extension Granule {
    /// Whether ID_AA64MMFR0_EL1 says that a CPU has this granule for stage 1: TGran4 and TGran64 are signed, −1 is
    /// no; TGran16 is unsigned, 0 is no.
    ///
    /// Source: Arm ARM (DDI 0487), ID_AA64MMFR0_EL1.
    public func isSupported(byMemoryModelFeatures register: UInt64) -> Bool {
        switch self {
        case .granule4K: register >> 28 & 0xf != 0xf
        case .granule16K: register >> 20 & 0xf != 0
        case .granule64K: register >> 24 & 0xf != 0xf
        }
    }
}
