import Files

extension MachineState {
    /// The machine whose files are under a folder, as they were copied: they say nothing of the process that will load.
    public static func saved(root: String) -> MachineState {
        var state = MachineState(
            root: root, architecture: architecture(root: root) ?? "", pageSize: pageSize(root: root) ?? 0)
        state.mayReboot = nil
        state.isInInitialUserNamespace = nil
        state.isFiltered = nil
        return state
    }

    /// The architecture of a kernel whose files are under a folder, as uname(2) calls it (/proc/sys/kernel/arch, since
    /// 6.1); nil where they don't say it.
    public static func architecture(root: String) -> String? {
        MachineFiles(root: root).text("proc/sys/kernel/arch")
    }

    /// The page size of a kernel of 64 bits whose files are under a folder, in bytes (AT_PAGESZ of /proc/self/auxv); nil
    /// where they don't say it.
    public static func pageSize(root: String) -> UInt64? {
        guard let bytes = try? MachineFiles(root: root).bytes("proc/self/auxv") else { return nil }
        // Pairs of numbers, type and value, least byte first (include/uapi/linux/auxvec.h).
        for start in stride(from: 0, to: bytes.count - 15, by: 16) {
            let numbers = [start, start + 8].map { offset in
                bytes[offset..<offset + 8].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
            }
            if numbers[0] == 6 { return numbers[1] }
        }
        return nil
    }
}
