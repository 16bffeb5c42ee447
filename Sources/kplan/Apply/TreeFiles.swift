import Files
import KexecPlan

/// The device tree that the running kernel goes by, as files, one a property (/sys/firmware/devicetree/base). It is there
/// where /sys/firmware/fdt isn't: the kernel shows that only where its checksum is still right (drivers/of/fdt.c,
/// of_fdt_raw_init).
struct TreeFiles {
    private let files: MachineFiles

    /// - Parameter root: the folder that stands for `/`.
    init(root: String) {
        files = MachineFiles(root: root)
    }

    static let folder = "sys/firmware/devicetree/base"

    private func bytes(_ property: String) -> [UInt8]? {
        (try? files.bytes("\(Self.folder)/\(property)")) ?? nil
    }

    /// `compatible` of the root, strings that a zero ends each; nil where it can't be read.
    var compatible: [String]? {
        bytes("compatible")?.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Where UEFI has its tables; nil where /chosen can't be read. Numbers have 4 or 8 bytes, the highest first.
    func uefiPointers(_ properties: [String]) -> [UEFIPointer]? {
        guard !files.names(in: Self.folder + "/chosen").isEmpty else { return nil }
        return properties.compactMap { property in
            guard let bytes = bytes("chosen/\(property)"), [4, 8].contains(bytes.count) else { return nil }
            return UEFIPointer(property: property, value: bytes.reduce(0) { $0 << 8 | UInt64($1) })
        }
    }
}
