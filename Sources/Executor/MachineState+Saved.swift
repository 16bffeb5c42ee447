import Files

extension MachineState {
    /// The machine whose files are under a folder, as they were copied: they say nothing of the process that will load.
    public static func saved(root: String) -> MachineState {
        var state = MachineState(
            root: root, architecture: architecture(root: root) ?? "",
            pageSize: MachineFiles(root: root).pageSize ?? 0)
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
}
