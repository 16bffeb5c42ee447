import Files
import Glibc

extension MachineState {
    /// `machine` of uname(2).
    public static var runningArchitecture: String {
        var names = utsname()
        guard uname(&names) == 0 else { return "" }
        return withUnsafeBytes(of: names.machine) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    /// `_SC_PAGESIZE` of sysconf(3), in bytes.
    public static var runningPageSize: UInt64 {
        UInt64(clamping: sysconf(Int32(_SC_PAGESIZE)))
    }

    /// 2097152 for `2048 kB`, as /proc/meminfo has it.
    static func bytes(_ text: String) -> UInt64? {
        guard text.hasSuffix(" kB"), let number = UInt64(text.dropLast(3)) else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: 1024)
        return overflow ? nil : bytes
    }

    /// 5 for `0-3,8`, a CPU list.
    static func count(_ list: String) -> Int? {
        var count = 0
        for part in list.split(separator: ",") {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int32($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last
            else { return nil }
            count += Int(last) - Int(first) + 1
        }
        return count == 0 ? nil : count
    }

    /// The ways to start a CPU that the device tree names, each once.
    static func enableMethods(_ files: MachineFiles) -> [String] {
        let folder = "sys/firmware/devicetree/base/cpus"
        let methods = files.names(in: folder)
            .filter { $0.hasPrefix("cpu@") }
            .compactMap { files.text("\(folder)/\($0)/enable-method") }
        return Set(methods).sorted()
    }

    /// Whether a policy of IMA has a rule that kernels are appraised (Documentation/ABI/testing/ima_policy).
    static func appraisesKernels(_ policy: String) -> Bool {
        policy.split(separator: "\n").contains { line in
            let words = line.split(whereSeparator: \.isWhitespace)
            return words.first == "appraise" && words.contains("func=KEXEC_KERNEL_CHECK")
        }
    }

    /// Whether EFI's runtime services are in use (drivers/firmware/efi/efi.c); nil where nothing says it.
    static func hasRuntimeServices(_ files: MachineFiles, _ words: [String]?) -> Bool? {
        if !files.names(in: "sys/firmware/efi/efivars").isEmpty { return true }
        let isOff = words?.contains("noefi") == true || value(of: "efi", in: words).contains("noruntime")
        return isOff ? false : nil
    }

    /// Whether the last `ima_appraise=` lets files through that fail. The kernel looks at how it begins.
    static func weakensAppraisal(_ words: [String]?) -> Bool {
        let last =
            (words ?? []).last { $0.hasPrefix("ima_appraise=") }?.dropFirst("ima_appraise=".count) ?? ""
        return ["off", "log", "fix"].contains { last.hasPrefix($0) }
    }

    /// `a` and `b` of `key=a,b` on a kernel's command line, wherever it stands.
    static func value(of key: String, in words: [String]?) -> [Substring] {
        (words ?? []).filter { $0.hasPrefix(key + "=") }
            .flatMap { $0.dropFirst(key.count + 1).split(separator: ",") }
    }
}
