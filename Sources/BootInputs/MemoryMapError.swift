/// Why a text isn't the memory map of a machine.
public enum MemoryMapError: Error, Equatable, Sendable {
    /// A line (counted from 1) isn't `start-end : name`.
    case malformedLine(line: Int)
    /// A line's last address is below its first one.
    case endBeforeStart(line: Int, start: UInt64, end: UInt64)
    /// Every address is zero: /proc/iomem was read without CAP_SYS_ADMIN.
    case addressesHidden
    /// No line is `System RAM`.
    case noSystemRAM
}
