import KexecPlan

// Whether one machine's tree can be another's. The identity of a machine leaves out what a boot or a single unit changes;
// who gets another machine's tree gets all of that: its RAM, its reservations, its MAC address, and where its UEFI has
// something. Of /chosen, which every kexec writes anew, only the last counts.

extension DeviceTree {
    /// All that must be the same on machines that get one tree, as bytes to be hashed.
    public var sharedBytes: [UInt8] {
        Self.identityBytes(of: sharedContents)
            + sharedReservations.flatMap { entry in
                withUnsafeBytes(of: entry.start.bigEndian, Array.init)
                    + withUnsafeBytes(of: entry.size.bigEndian, Array.init)
            }
    }

    /// Where another machine's tree differs in what must be the same; empty where one will do for both.
    public func sharingChanges(to new: DeviceTree) -> [DeviceTreeChange] {
        Self.changes(from: sharedContents, to: new.sharedContents)
            + Self.reservationChanges(from: sharedReservations, to: new.sharedReservations)
    }

    private var sharedContents: Contents {
        let uefi = uefiPointers.map {
            NamedValue(
                name: Array($0.property.utf8), value: withUnsafeBytes(of: $0.value.bigEndian, Array.init))
        }
        let chosen: Contents = uefi.isEmpty ? [] : [(Array(Self.chosen.utf8), uefi)]
        return contents(where: { !Self.isChosen($0) }) + chosen
    }

    /// The entries of the memory reservation block but those of the previous kernel's initrd and the like, sorted.
    private var sharedReservations: [DeviceTreeReservation] {
        let stale = staleReservations.map { DeviceTreeReservation(start: $0.start.rawValue, size: $0.size) }
        return reservationEntries.filter { !stale.contains($0) }
            .sorted { ($0.start, $0.size) < ($1.start, $1.size) }
    }
}
