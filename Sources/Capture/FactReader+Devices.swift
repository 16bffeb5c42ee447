import Arm64
import BootInputs
import Files
import KexecPlan

extension FactReader {
    /// The lines of /proc/iomem.
    mutating func memory() -> [MemoryResource]? {
        let path = "proc/iomem"
        guard let bytes = bytes(path, for: "memory_map") else { return nil }
        do throws(MemoryMapError) {
            return try [MemoryResource](iomem: bytes)
        } catch {
            note("memory_map", path, error == .addressesHidden ? .hidden : .malformed)
            return nil
        }
    }

    /// The device tree, without padding.
    mutating func deviceTree() -> DeviceTree? {
        let path = "sys/firmware/fdt"
        guard let bytes = bytes(path, for: "device_tree") else { return nil }
        do throws(DeviceTreeError) {
            return try DeviceTree(bytes).edited(by: [])
        } catch {
            note("device_tree", path, .malformed)
            return nil
        }
    }

    /// The consoles and the serial ports.
    mutating func consoles(_ tree: DeviceTree?, commandLine: String?) -> Consoles {
        let arguments = (commandLine ?? "").split(separator: " ")
            .filter { $0.hasPrefix("console=") }.map { String($0.dropFirst("console=".count)) }
        let active = text("sys/class/tty/console/active", for: "consoles.active")
            .map { $0.split(separator: " ").map(String.init) }
        return Consoles(
            stdoutPath: tree?.stdoutPathText, commandLine: arguments, active: active, ports: ports())
    }

    /// Ports with registers in memory, or at a port of x86 (drivers/tty/serial/serial_core.c).
    private mutating func ports() -> [Consoles.Port] {
        let folder = "sys/class/tty"
        let what = "consoles.ports"
        guard let names = names(folder, for: what) else { return [] }
        var ports: [Consoles.Port] = []
        for name in names {
            let files: [(String, Consoles.Space)] = [("iomem_base", .memory), ("port", .port)]
            for (file, space) in files {
                let path = "\(folder)/\(name)/\(file)"
                // Most of what is called tty has no such file, and that is no loss.
                guard self.files.isThere(path),
                    let address = value(path, for: what, { UInt64(hexDigits: $0) }),
                    address != 0
                else { continue }
                ports.append(.init(name: name, address: address, space: space))
            }
        }
        return ports
    }

    /// The interrupt controller's tables. What the log still says holds, whatever else it has lost: they never move
    /// within a boot.
    mutating func interrupts(_ tree: DeviceTree?, _ log: KernelLog?) -> Interrupts {
        let isInTree = tree?.hasITS == true
        guard let log else { return Interrupts(hasITS: isInTree ? true : nil) }
        if !log.isComplete { note("interrupts.tables", logPath, .incomplete) }
        return Interrupts(
            hasITS: isInTree || log.hasITS ? true : log.isComplete ? false : nil,
            tables: log.interruptTables, isComplete: log.isComplete)
    }

    /// What started the kernel.
    mutating func firmware(
        _ architecture: Architecture, _ tree: DeviceTree?, _ log: KernelLog?
    ) -> Firmware {
        let efi = "sys/firmware/efi"
        let tables = "sys/firmware/acpi/tables"
        let model = tree?.model ?? files.text("sys/class/dmi/id/product_name")
        if model == nil { note("firmware.model", "sys/class/dmi/id/product_name", .absent) }
        var firmware = Firmware(
            model: model, vendor: files.text("sys/class/dmi/id/sys_vendor"),
            usesEFI: !files.names(in: efi).isEmpty,
            usesACPI: files.names(in: tables).isEmpty
                ? log?.decides(
                    yes: ["ACPI: Interpreter enabled", "ACPI: RSDP "],
                    no: ["ACPI: Interpreter disabled", "ACPI: Unable to start the ACPI Interpreter"])
                : true)
        if firmware.usesACPI == nil { note("firmware.acpi", tables, .absent) }
        guard firmware.usesEFI else { return firmware }
        firmware.efiBits = value("\(efi)/fw_platform_size", for: "firmware.efi_bits") { text in
            Int(text).flatMap { [32, 64].contains($0) ? $0 : nil }
        }
        firmware.hasRuntimeServices =
            files.names(in: "\(efi)/efivars").isEmpty
            ? log?.decides(
                yes: ["Remapping and enabling EFI services"],
                no: ["EFI runtime services will be disabled", "EFI services will not be available"])
            : true
        if firmware.hasRuntimeServices == nil { note("firmware.efi_runtime_services", efi, .absent) }
        // Four bytes of attributes, and a byte that says it (UEFI, Globally Defined Variables).
        let variable = "\(efi)/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
        if let bytes = bytes(variable, for: "firmware.secure_boot") {
            if bytes.count == 5 {
                firmware.usesSecureBoot = bytes[4] == 1
            } else {
                note("firmware.secure_boot", variable, .malformed)
            }
        }
        return firmware
    }
}
