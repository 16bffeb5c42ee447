/// Arguments in getopt_long(3)'s form, in ArgumentParser's.
enum KexecArguments {
    /// The options that take a value.
    static let withValue: Set<String> = [
        "--initrd", "--ramdisk", "--append", "--command-line", "--dtb", "--type", "--serial", "--mem-min",
        "--mem-max",
        "--entry", "-t",
    ]

    /// ArgumentParser takes what follows `--append=` for its value; to getopt_long that is empty, as in
    /// `kexec -l vmlinuz --append="$MORE" --initrd=initrd`.
    static func normalized(_ arguments: [String]) -> [String] {
        var result: [String] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" { return result + [argument] + rest }
            if argument.hasSuffix("="), withValue.contains(String(argument.dropLast())) {
                result += [String(argument.dropLast()), ""]
                continue
            }
            result.append(argument)
            if withValue.contains(argument), let value = rest.popFirst() { result.append(value) }
        }
        return result
    }
}
