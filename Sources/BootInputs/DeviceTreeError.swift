/// Why bytes aren't a flattened device tree, or can't be edited as wanted.
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
