import Arm64

/// What a running kernel says of kexec: how it was started itself, and what is loaded to follow it.
public struct KexecStatus: Equatable, Sendable {
    /// Whether its device tree says that a kexec started it (`/chosen/linux,booted-from-kexec`); nil where there is
    /// no device tree. A loader that doesn't go by the kernel's rules may leave that out.
    public var isFromKexec: Bool?
    /// What the purgatory that started it reported.
    public var report: Report
    /// Whether a kernel is loaded.
    public var loaded: Loaded
    /// Whether a crash kernel is loaded.
    public var crashLoaded: Loaded
    /// Where the loaded kernel comes from; nil where none is.
    public var origin: LoadOrigin?
    /// Where the loaded crash kernel comes from; nil where none is.
    public var crashOrigin: LoadOrigin?
    /// The size of the memory that is reserved for crash kernels, in bytes; nil where that isn't known.
    public var crashMemory: UInt64?

    /// What a file says that is there where the kernel has kexec (/sys/kernel/kexec_loaded).
    public enum Loaded: Equatable, Sendable {
        /// Whether a kernel is loaded.
        case known(Bool)
        /// There is no such file: the running kernel has no kexec.
        case noKexec
        /// It can't be read, with this errno.
        case unreadable(path: String, errno: Int32)
        /// It says something else than 0 and 1.
        case malformed(path: String, found: String)
    }

    /// A report of purgatory, or why there is none.
    public enum Report: Equatable, Sendable {
        /// This kernel was started by it.
        case written(PurgatoryReport)
        /// The device tree has none.
        case absent
        /// The device tree has room for one, and purgatory wrote none.
        case notWritten
        /// The report is of an earlier kexec, carried along by a loader that took the device tree as it was: the kernel
        /// that it started is not where the running one has its code. Physical addresses.
        case ofEarlierKernel(at: PhysicalAddress, running: PhysicalAddress)
    }

    /// Makes a status from its parts. Of what isn't loaded, or not known to be, the origin is dropped.
    public init(
        isFromKexec: Bool?, report: Report, loaded: Loaded, crashLoaded: Loaded, origin: LoadOrigin? = nil,
        crashOrigin: LoadOrigin? = nil, crashMemory: UInt64? = nil
    ) {
        self.isFromKexec = isFromKexec
        self.report = report
        self.loaded = loaded
        self.crashLoaded = crashLoaded
        self.origin = loaded == .known(true) ? origin : nil
        self.crashOrigin = crashLoaded == .known(true) ? crashOrigin : nil
        self.crashMemory = crashMemory
    }
}

extension KexecStatus.Report {
    /// What a property says of the kernel that runs.
    /// - Parameters:
    ///   - property: the property's bytes; nil where there is none.
    ///   - kernelCode: where that kernel's code begins (/proc/iomem, `Kernel code`); nil where that isn't known.
    public init(
        property: [UInt8]?, kernelCode: PhysicalAddress?
    ) throws(PurgatoryReportError) {
        guard let property else {
            self = .absent
            return
        }
        let report: PurgatoryReport
        do {
            report = try PurgatoryReport(property: property)
        } catch .notWritten {
            self = .notWritten
            return
        }
        // The Image begins with its head, and the code follows within 2 MiB (arch/arm64/kernel/vmlinux.lds.S).
        if let kernelCode {
            let (distance, isBefore) = kernelCode.rawValue.subtractingReportingOverflow(
                report.kernelEntry.rawValue)
            guard !isBefore, distance <= BootProtocol.kernelAlignment else {
                self = .ofEarlierKernel(at: report.kernelEntry, running: kernelCode)
                return
            }
        }
        self = .written(report)
    }
}
