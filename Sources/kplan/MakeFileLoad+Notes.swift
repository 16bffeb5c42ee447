import KexecPlan

extension MakeFileLoad {
    /// What in the plan may not be what was meant: said, but no error.
    var notes: [String] {
        guard type == .crash else { return [] }
        let words = request.commandLine.split(whereSeparator: \.isWhitespace)
        func given(_ names: String...) -> [Substring] {
            words.filter { word in names.contains { word == $0 || word.hasPrefix($0 + "=") } }
        }
        var notes: [String] = []
        let others = given("crashkernel", "BOOT_IMAGE")
        if !others.isEmpty {
            let list = others.map { Messages.quoted(String($0)) }.joined(separator: ", ")
            notes.append(
                "\(list) in the command line of the crash kernel: of the running kernel; leave out what is not meant"
            )
        }
        if given("nr_cpus", "maxcpus", "reset_devices").isEmpty {
            notes.append(
                """
                the crash kernel's command line has neither nr_cpus=1 (it has little memory, and CPUs take some) nor \
                reset_devices (nothing has shut the devices down), which crash kernels usually get
                """)
        }
        return notes
    }
}
