import Files

extension MachineState {
    /// Whether a CPU has the flag `la57`; nil where there are no flags (arm64).
    static func hasFiveLevels(_ files: MachineFiles) -> Bool? {
        let lines = files.text("proc/cpuinfo")?.split(separator: "\n") ?? []
        return lines.first { $0.hasPrefix("flags") }.map { line in
            line.split(whereSeparator: \.isWhitespace).contains("la57")
        }
    }

    /// MIDR_EL1 of the CPUs, each value once, by rising value; none where they can't be read
    /// (/sys/devices/system/cpu/cpu*/regs/identification/midr_el1, of arm64 alone).
    /// - Parameter root: the folder that stands for `/`.
    public static func mainIDs(root: String = "/") -> [UInt64] {
        let files = MachineFiles(root: root)
        let folder = "sys/devices/system/cpu"
        let values = files.names(in: folder)
            .filter { $0.hasPrefix("cpu") && $0.dropFirst(3).allSatisfy(\.isNumber) }
            .compactMap { files.text("\(folder)/\($0)/regs/identification/midr_el1") }
            .compactMap { UInt64(hexDigits: $0) }
        return Set(values).sorted()
    }
}
