import BootInputs
import KexecPlan

extension MachineCapture {
    /// Makes seeds zeros, whoever reads the capture: in `/chosen` kaslr-seed and rng-seed, and whatever else is called
    /// a seed.
    mutating func hideSecrets() throws(CaptureError) {
        guard let tree = try tree() else { return }
        let seeds = tree.properties.filter { $0.name.lowercased().hasSuffix("seed") && !$0.range.isEmpty }
        zeroed = seeds.map { "device_tree:\($0.path)" }
        try replace(seeds.map { ($0, [UInt8](repeating: 0, count: $0.range.count)) }, in: tree)
    }

    /// Masks what tells this machine from others of its kind, and lists where.
    mutating func redact() throws(CaptureError) {
        var places: [String] = []
        func mask(_ text: inout String?, _ place: String, isCommandLine: Bool = false) {
            guard let old = text else { return }
            let bytes = Array(old.utf8)
            let new = isCommandLine ? Masking.masked(commandLine: bytes) : Masking.masked(bytes)
            if new != bytes {
                text = String(decoding: new, as: UTF8.self)
                places.append(place)
            }
        }
        mask(&kernel.commandLine, "kernel.command_line", isCommandLine: true)
        mask(&kernel.version, "kernel.version")
        for index in (kernel.configuration?.options ?? []).indices {
            let option = kernel.configuration?.options[index]
            var value = option?.value
            mask(&value, "kernel.configuration:\(option?.name ?? "")", isCommandLine: true)
            if let value { kernel.configuration?.options[index].value = value }
        }
        for index in (memory ?? []).indices {
            var name = memory?[index].name
            mask(&name, "memory_map[\(index)].name")
            if let name { memory?[index].name = name }
        }
        mask(&consoles.stdoutPath, "consoles.stdout_path")
        mask(&firmware.model, "firmware.model")
        mask(&firmware.vendor, "firmware.vendor")
        if let tree = try tree() {
            let masked = tree.properties.compactMap { property in
                let old = tree.value(property)
                let new = Self.masked(property, old)
                return new == old ? nil : (property, new)
            }
            try replace(masked, in: tree)
            places += masked.map { "device_tree:\($0.0.path)" }
        }
        redacted = places
    }

    /// What a property's value becomes.
    private static func masked(_ property: DeviceTree.Property, _ value: [UInt8]) -> [UInt8] {
        let name = property.name.lowercased()
        let isText = value.last == 0 && value.count > 1 && value.allSatisfy { $0 == 0 || 0x20..<0x7f ~= $0 }
        if identities.contains(where: name.contains) {
            return value.map { isText ? $0.masked : 0 }
        }
        guard isText else { return value }
        return property.path == "/chosen/bootargs"
            ? Masking.masked(commandLine: value) : Masking.masked(value)
    }

    /// What the names of properties contain that are one machine's own: those that identities leave out, and the forms
    /// that vendors have for the same.
    private static let identities =
        DeviceTree.propertiesOfOneUnit + [
            "mac-addr", "macaddr", "hwaddr", "uuid", "system-id", "asset-tag", "password", "passphrase",
            "secret",
        ]

    private func tree() throws(CaptureError) -> DeviceTree? {
        guard let deviceTree else { return nil }
        do throws(DeviceTreeError) {
            return try DeviceTree(deviceTree)
        } catch {
            throw .unmaskable(path: "/sys/firmware/fdt")
        }
    }

    private mutating func replace(
        _ values: [(DeviceTree.Property, [UInt8])], in tree: DeviceTree
    ) throws(CaptureError) {
        do throws(DeviceTreeError) {
            deviceTree = try tree.replacing(values.map { (property: $0.0, value: $0.1) }).bytes
        } catch {
            throw .unmaskable(path: "/sys/firmware/fdt")
        }
    }
}
