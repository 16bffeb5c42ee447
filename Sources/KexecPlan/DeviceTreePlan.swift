import Arm64

/// How the device tree that the kernel gets differs from the one that was given.
public struct DeviceTreePlan: Equatable, Sendable {
    /// The changes, in the order in which they are made.
    public var edits: [DeviceTreeEdit]
    /// The entries of the memory reservation block that are removed: what they reserved for the previous kernel
    /// is free for the next one.
    public var removedReservations: [AddressRange]
    /// What the tree says of where UEFI has its tables: on the machine they must be there.
    public var uefi: [UEFIPointer]
    /// True where the machine that the plan is applied on gives its own tree. All that the plan says of the tree's content is
    /// then so with the tree of its first machine; the segment has room for others.
    public var isLive: Bool

    /// Makes it from its parts.
    public init(
        edits: [DeviceTreeEdit], removedReservations: [AddressRange] = [], uefi: [UEFIPointer] = [],
        isLive: Bool = false
    ) {
        self.edits = edits
        self.removedReservations = removedReservations
        self.uefi = uefi
        self.isLive = isLive
    }
}

/// One change of a device tree.
public struct DeviceTreeEdit: Equatable, Sendable {
    /// The path of the node, made where it is missing (`/chosen`).
    public var node: String
    /// The name of the property.
    public var property: String
    /// What becomes of it.
    public var change: Change

    /// What becomes of a property.
    public enum Change: Equatable, Sendable {
        /// It holds this text, with a terminating zero.
        case text(String)
        /// It holds this number, as 64 bits big-endian.
        case number(UInt64)
        /// It holds this many zero bytes: a runtime slot.
        case zeros(Int)
        /// It is removed, where it is there.
        case delete
    }

    /// Makes an edit from its parts.
    public init(node: String, property: String, change: Change) {
        self.node = node
        self.property = property
        self.change = change
    }
}
