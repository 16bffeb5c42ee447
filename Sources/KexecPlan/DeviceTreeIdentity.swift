/// What tells a machine from others by its device tree.
public struct DeviceTreeIdentity: Equatable, Sendable {
    /// `compatible` of the root: the board, from the most to the least specific name. Empty where the machine is
    /// described by other means (ACPI).
    public var compatible: [String]
    /// The SHA-256 of all of the tree that is the same on every boot of the machine (`DeviceTree.identityBytes`).
    public var sha256: SHA256Digest

    /// Makes it from its parts.
    public init(compatible: [String], sha256: SHA256Digest) {
        self.compatible = compatible
        self.sha256 = sha256
    }

    /// Whether both are trees of one board.
    public func isSameBoard(as other: DeviceTreeIdentity) -> Bool { isBoard(other.compatible) }

    /// Whether a board with these names is the same: the most specific name of one is among the names of the other.
    /// Revisions of a board are named before the board.
    public func isBoard(_ other: [String]) -> Bool {
        func isNamed(_ name: String?, in names: [String]) -> Bool {
            name.map { name in names.contains { $0.utf8.elementsEqual(name.utf8) } } ?? names.isEmpty
        }
        return isNamed(compatible.first, in: other) || isNamed(other.first, in: compatible)
    }
}

/// A number in `/chosen` that says where UEFI has something: true of one boot of the firmware.
public struct UEFIPointer: Equatable, Sendable {
    /// The property's name, such as `linux,uefi-system-table`.
    public var property: String
    /// Its value.
    public var value: UInt64

    /// Makes it from its parts.
    public init(property: String, value: UInt64) {
        self.property = property
        self.value = value
    }
}
