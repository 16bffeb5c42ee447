import Arm64

// Rules: the changes of the device tree. What booting.rst has to say of them stands with the boot protocol.

extension Plan {
    /// An edit names its place in one form only, so that no two of them mean the same property under two names: libfdt
    /// steps over empty parts of a path, looks up aliases, and takes NUL for the end.
    func editPlaces() -> [Violation.Problem] {
        deviceTree.edits.filter { edit in
            let parts = edit.node.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            let isPath =
                edit.node == "/"
                || parts.count > 1 && parts[0].isEmpty && parts.dropFirst().allSatisfy { !$0.isEmpty }
            let isName = !edit.property.isEmpty && !edit.property.utf8.contains(UInt8(ascii: "/"))
            let isVisible = (edit.node + edit.property).utf8.allSatisfy { 0x21...0x7e ~= $0 }
            return !(isPath && isName && isVisible)
        }
        .map { .editPlace(node: $0.node, property: $0.property) }
    }

    /// No reservation is removed twice.
    func reservationsDiffer() -> [Violation.Problem] {
        var known: Set<AddressRange> = []
        return deviceTree.removedReservations.filter { !known.insert($0).inserted }
            .map { .reservationRepeated($0) }
    }

    /// Both seeds are zeros that apply fills, or neither is there.
    func seedProperties() -> [Violation.Problem] {
        let sizes = [("kaslr-seed", SeedPolicy.kaslrSeedSize), ("rng-seed", SeedPolicy.rngSeedSize)]
        return sizes.compactMap { property, size in
            let found = lastChange(ofChosen: property)
            switch request.seeds {
            case .fresh where found != .zeros(size):
                return .seedProperty(property, found: found, due: .zeros(size))
            case .none where found != nil && found != .delete:
                return .seedProperty(property, found: found, due: .delete)
            case .fresh, .none: return nil
            }
        }
    }

    /// What becomes of a property of `/chosen`; nil for nothing. A later edit of the same property undoes an earlier
    /// one.
    func lastChange(ofChosen property: String) -> DeviceTreeEdit.Change? {
        deviceTree.edits.last { $0.node == "/chosen" && $0.property == property }?.change
    }

    /// How many zero bytes the edits leave in properties that have some, by the property's path.
    var zeroedProperties: [String: UInt64] {
        var sizes: [String: UInt64] = [:]
        for edit in deviceTree.edits {
            let size: UInt64? =
                if case .zeros(let count) = edit.change { UInt64(clamping: count) } else { nil }
            sizes[edit.path] = size == 0 ? nil : size
        }
        return sizes
    }
}

extension DeviceTreeEdit {
    /// The path of the property, as runtime slots name it.
    public var path: String { "\(node)/\(property)" }
}
