import Arm64
import Files
import KexecPlan

extension FactReader {
    /// What is loaded, and whether more may be.
    mutating func kexec() -> KexecState {
        let limit = { (text: String) in Int(text).flatMap { -1...0x7fff_ffff ~= $0 ? $0 : nil } }
        let kernel = "proc/sys/kernel"
        return KexecState(
            isLoaded: flag("sys/kernel/kexec_loaded", for: "kexec.loaded"),
            isCrashLoaded: flag("sys/kernel/kexec_crash_loaded", for: "kexec.crash_loaded"),
            isDisabled: flag("\(kernel)/kexec_load_disabled", for: "kexec.load_disabled"),
            loadLimit: value("\(kernel)/kexec_load_limit_reboot", for: "kexec.load_limit", limit),
            crashLoadLimit: value("\(kernel)/kexec_load_limit_panic", for: "kexec.crash_load_limit", limit))
    }

    /// What a crash kernel needs.
    mutating func crash(_ memory: [MemoryResource]?) -> CrashFacts {
        CrashFacts(
            reservedSize: value("sys/kernel/kexec_crash_size", for: "crash.reserved_size") { UInt64($0) },
            regions: (memory ?? []).filter { $0.name == "Crash kernel" }.map(\.range),
            vmcoreinfo: value("sys/kernel/vmcoreinfo", for: "crash.vmcoreinfo", Self.vmcoreinfo),
            notes: notes(),
            headerSize: value("sys/kernel/crash_elfcorehdr_size", for: "crash.elfcorehdr_size") { UInt64($0) }
        )
    }

    /// `0x43222000 1024`: both numbers are hexadecimal (kernel/ksysfs.c, vmcoreinfo_show).
    private static func vmcoreinfo(_ text: String) -> AddressRange? {
        let parts = text.split(separator: " ")
        guard parts.count == 2, let start = UInt64(hexDigits: parts[0]),
            let size = UInt64(hexDigits: parts[1])
        else { return nil }
        return AddressRange(start: PhysicalAddress(start), size: size)
    }

    /// `bfbd3000`, hexadecimal, and `424`, decimal (drivers/base/cpu.c).
    private mutating func notes() -> [CrashFacts.Note] {
        let folder = "sys/devices/system/cpu"
        let what = "crash.notes"
        guard let names = names(folder, for: what) else { return [] }
        let numbers = names.filter { $0.hasPrefix("cpu") }.compactMap { UInt32($0.dropFirst(3)) }.sorted()
        var notes: [CrashFacts.Note] = []
        for number in numbers {
            let path = "\(folder)/cpu\(number)/crash_notes"
            guard let start = value(path, for: what, { UInt64(hexDigits: $0) }),
                let size = value("\(path)_size", for: what, { UInt64($0) })
            else { continue }
            guard let range = AddressRange(start: PhysicalAddress(start), size: size) else {
                note(what, path, .malformed)
                continue
            }
            notes.append(.init(processor: Int(number), range: range))
        }
        return notes
    }

    /// What may forbid a load.
    mutating func security() -> SecurityFacts {
        let folder = "sys/kernel/security"
        return SecurityFacts(
            lockdown: value("\(folder)/lockdown", for: "security.lockdown", MachineFiles.selected),
            modules: text("\(folder)/lsm", for: "security.modules")
                .map { $0.split(separator: ",").map(String.init) })
    }
}
