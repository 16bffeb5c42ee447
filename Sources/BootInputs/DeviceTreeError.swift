import Arm64

/// Why bytes aren't a flattened device tree, or can't be edited as wanted, or say nothing
/// usable about memory.
public enum DeviceTreeError: Error, Equatable, Sendable {
    /// Fewer bytes than the header, which has 40.
    case shorterThanHeader(size: Int)
    /// The first four bytes, big-endian, aren't 0xd00dfeed.
    case notADeviceTree(magic: UInt32)
    /// The format is older than version 16, or made for readers newer than version 17.
    case unsupportedVersion(version: UInt32, lastCompatible: UInt32)
    /// The header's `totalsize` is more than there is.
    case truncated(size: Int, totalSize: UInt32)
    /// The tree breaks a rule of the format.
    case malformed(DeviceTreeFault)
    /// A property can't be changed in this way.
    case editRefused(node: String, property: String, DeviceTreeFault)
    /// A property would have more bytes than a whole tree may (booting.rst: 2 MiB).
    case propertyTooLarge(node: String, property: String, size: Int)
    /// `#address-cells` or `#size-cells` of a node with memory below isn't there, or is neither 1 nor 2.
    case badCells(node: String, property: String)
    /// A property with addresses isn't made of whole entries. Sizes in bytes.
    case badEntries(node: String, property: String, size: Int, entrySize: Int)
    /// A range of memory leaves 64 bits. `entry` counts from 0; the node is `/memreserve/` for the memory
    /// reservation block.
    case rangeTooLarge(node: String, entry: Int, start: UInt64, size: UInt64)
    /// There is neither a memory node with a size nor a UEFI memory map: a kernel would find no RAM.
    case noMemory
    /// The tree's memory has no byte of the machine's RAM. The first of each.
    case memoryElsewhere(memory: AddressRange, ram: AddressRange)
}

/// libfdt's errors (libfdt.h, `FDT_ERR_…`).
public enum DeviceTreeFault: Int32, CaseIterable, Sendable {
    case notFound = 1
    case exists
    case noSpace
    case badOffset
    case badPath
    case badPhandle
    case badState
    case truncated
    case badMagic
    case badVersion
    case badStructure
    case badLayout
    case `internal`
    case badNCells
    case badValue
    case badOverlay
    case noPhandles
    case badFlags
    case alignment

    /// From what a function of libfdt returned: a negative number is an error; nil for any other.
    init?(code: Int32) {
        guard code < 0 else { return nil }
        self = Self(rawValue: 0 &- code) ?? .internal
    }
}
