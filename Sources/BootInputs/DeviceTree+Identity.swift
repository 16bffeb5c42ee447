import CLibFDT
import KexecPlan

// What is the same in a machine's tree on every boot, and what isn't. Firmware, the kernel and every kexec write into
// /chosen (Devicetree Specification, "/chosen Node": "parameters chosen or specified by the system firmware at run
// time"; drivers/of/kexec.c), and reserve memory for what they put there. RAM is told by the memory map: boot loaders
// fill the memory nodes in, EFI's stub removes them.

extension DeviceTree {
    /// `compatible` of the root: the board.
    public var compatible: [String] { property("/", "compatible")?.strings ?? [] }

    /// What tells the machine from others, as bytes to be hashed: of each node but those of one boot its path, and of each
    /// of its properties but a single unit's its name and its value, all by name. Padding, the memory reservation block
    /// and the order of nodes and properties are no part of it.
    public var identityBytes: [UInt8] { Self.identityBytes(of: lastingContents) }

    /// Contents as bytes in which nothing can be mistaken for another thing.
    static func identityBytes(of contents: Contents) -> [UInt8] {
        var bytes: [UInt8] = []
        func append(_ value: some Collection<UInt8>) {
            withUnsafeBytes(of: UInt64(value.count).bigEndian) { bytes += $0 }
            bytes += value
        }
        for (path, properties) in contents {
            append(path)
            withUnsafeBytes(of: UInt64(properties.count).bigEndian) { bytes += $0 }
            for property in properties {
                append(property.name)
                append(property.value)
            }
        }
        return bytes
    }

    /// Where the trees of two machines differ in what each boot leaves the same.
    public func lastingChanges(to new: DeviceTree) -> [DeviceTreeChange] {
        Self.changes(from: lastingContents, to: new.lastingContents)
    }

    /// The nodes that are the same on every boot, with their properties.
    private var lastingContents: Contents {
        contents(where: { !Self.isOfOneBoot($0) }, isPropertyIncluded: { !Self.ofOneUnit.contains($0) })
    }

    /// /chosen, what secure firmware has beside it, and the memory nodes.
    private static func isOfOneBoot(_ path: String) -> Bool {
        let first = firstName(in: path)
        return isChosen(path) || first == "memory" || first.hasPrefix("memory@")
    }

    /// /chosen, and what secure firmware has beside it.
    static func isChosen(_ path: String) -> Bool {
        ["chosen", "secure-chosen"].contains(firstName(in: path))
    }

    /// Of /soc/serial@0, soc. Bytes are looked at: characters take ten times as long to find.
    private static func firstName(in path: String) -> Substring {
        Substring(path.utf8.dropFirst().prefix { $0 != UInt8(ascii: "/") })
    }

    /// The names of the properties that tell two machines of a kind apart: numbers that firmware fills in. Identities in
    /// plans leave these out, so that another list would make other identities.
    public static let propertiesOfOneUnit = [
        "serial-number", "linux,serial", "mac-address", "local-mac-address", "local-bd-address",
    ]
    private static let ofOneUnit = propertiesOfOneUnit.map { Array($0.utf8) }

    /// Where UEFI has its tables, as the tree says it: the kernel's EFI stub puts that there on every boot, and every
    /// kexec keeps it (drivers/firmware/efi/fdtparams.c).
    public var uefiPointers: [UEFIPointer] {
        ["system-table", "mmap-start", "mmap-size", "mmap-desc-size", "mmap-desc-ver"].compactMap { name in
            let property = "linux,uefi-" + name
            return number(property).map { UEFIPointer(property: property, value: $0) }
        }
    }
}
