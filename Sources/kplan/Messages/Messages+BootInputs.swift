import BootInputs

extension Messages {
    static func text(_ error: ImageError) -> String {
        switch error {
        case .shorterThanHeader(let size):
            "is no arm64 Image: it has \(size) bytes, and the header alone has 64"
        case .notAnImage(let kind):
            "is no arm64 Image: the magic \"ARM\\x64\" is not at offset 56; \(text(kind, wanted: .arm64))"
        case .bigEndian:
            "is a big-endian kernel, which kplan does not start: purgatory leaves the CPU little-endian"
        case .imageSizeMissing:
            "has image_size 0 in its header: a kernel before 3.17, which does not say how much memory it needs"
        case .imageSizeOutOfRange(let size):
            "has image_size \(size.hex) in its header, more than 48 bits of physical memory: it is damaged"
        case .largerThanImageSize(let fileSize, let imageSize):
            """
            is larger (\(size(fileSize))) than its header's image_size (\(size(imageSize))): it is damaged, or \
            something was appended to it
            """
        case .textOffsetOutOfRange(let textOffset):
            "has text_offset \(textOffset.hex) in its header, which must be a multiple of 4 KiB below 2 MiB"
        case .truncated(let fileSize, let expectedSize):
            """
            is truncated: it has \(fileSize) bytes, and its PE header speaks of at least \(expectedSize); copy \
            it again
            """
        }
    }

    static func text(_ error: DeviceTreeError) -> String {
        switch error {
        case .shorterThanHeader(let size):
            "is no device tree: it has \(size) bytes, and the header alone has 40"
        case .notADeviceTree(let magic):
            """
            is no device tree: it begins with \(UInt64(magic).hex), not with 0xd00dfeed; it takes a .dtb (dtc -O \
            dtb) or a copy of /sys/firmware/fdt
            """
        case .unsupportedVersion(let version, let lastCompatible):
            "is a device tree of version \(version) (readable from version \(lastCompatible)); 16 and 17 are known"
        case .truncated(let size, let totalSize):
            "is truncated: it has \(size) bytes, and its header says \(totalSize); copy it again"
        case .malformed(let fault): "is a damaged device tree: \(fault.name)"
        case .editRefused(let node, let property, let fault):
            "\(node)/\(property) can't be changed: \(fault.name)"
        case .propertyTooLarge(let node, let property, let size):
            "\(node)/\(property) would have \(size) bytes; a whole device tree has at most 2 MiB (booting.rst)"
        case .badCells(let node, let property):
            """
            \(printable(node)) has no \(property) of 1 or 2, so what is said of memory below it can't be read; \
            correct the device tree's source
            """
        case .badEntries(let node, let property, let size, let entrySize):
            """
            \(printable(node)): \(property) has \(size) bytes, which is no multiple of \(entrySize), an address \
            and a size: the kernel would ignore it, or a part; correct the device tree's source
            """
        case .rangeTooLarge(let node, let entry, let start, let size):
            """
            \(printable(node)): entry \(entry) (\(size.hex) bytes at \(start.hex)) goes past the end of 64 bits; \
            correct the device tree's source
            """
        case .noMemory:
            """
            has no memory: no /memory node with a size, and no UEFI memory map (/chosen/linux,uefi-mmap-start). \
            Firmware adds that when it boots, kexec doesn't: the next kernel would find no RAM and stop without a \
            word. Give a copy of the machine's /sys/firmware/fdt, or fill in /memory
            """
        case .memoryElsewhere(let memory, let ram):
            """
            has none of the machine's System RAM in its /memory: it begins with \(memory), System RAM with \
            \(ram): the device tree and the memory map are of different machines; give both from one machine
            """
        }
    }

    /// That no UART of a device tree has this name, and which there are, with what to write for each.
    static func text(noPort name: String, among ports: [SerialPort]) -> String {
        let none = "has no UART that purgatory can drive and the kernel calls \(name)"
        let example = "--console pl011,0x9000000"
        guard !ports.isEmpty else {
            return "\(none), and no other one either; say what is there and where, as in \(example)"
        }
        return (["\(none); with --console give one of these, or what else is there:"] + list(ports))
            .joined(separator: "\n")
    }

    static func text(_ error: MemoryMapError) -> String {
        switch error {
        case .malformedLine(let line):
            "line \(line): is not of the form \"40000000-7fffffff : System RAM\", as /proc/iomem has it"
        case .endBeforeStart(let line, let start, let end):
            "line \(line): the range ends (\(end.hex)) before it begins (\(start.hex))"
        case .addressesHidden:
            "all addresses are zero: /proc/iomem was read without privilege; copy it as root"
        case .noSystemRAM: "has no line \"System RAM\": it is no copy of /proc/iomem, or not all of it"
        }
    }

    static func text(_ error: ObjectError) -> String {
        let what = "can't be purgatory: "
        switch error {
        case .notELF: return what + "it is no ELF file"
        case .not64Bit: return what + "it is no 64-bit ELF file"
        case .notLittleEndian: return what + "it is a big-endian ELF file"
        case .notRelocatable(let type):
            return what + "its ELF type is \(type), not ET_REL (1): it must not be linked yet"
        case .wrongMachine(let machine):
            return what + "it is for machine \(machine), not for EM_AARCH64 (183)"
        case .malformedSectionTable: return what + "its section header table is damaged"
        case .malformedSection(let section): return what + "the header of section \(section) is damaged"
        case .sectionWithoutName(let section): return what + "section \(section) has no name"
        case .sectionOutsideFile(let section, let offset, let size, let fileSize):
            return what
                + "section \(section) (offset \(offset.hex), \(size.hex) bytes) is outside of the file, which has \(fileSize) bytes"
        case .compressedSection(let section): return what + "section \(section) is compressed"
        case .badAlignment(let section, let alignment):
            return what + "section \(section) has alignment \(alignment), which is no power of two"
        case .badEntrySize(let section, let size):
            return what + "section \(section) has \(size) bytes, which is no whole number of entries"
        case .severalSymbolTables(let first, let second):
            return what + "it has two symbol tables, sections \(first) and \(second)"
        case .malformedSymbol(let symbol): return what + "symbol \(symbol) is damaged"
        case .commonSymbol(_, let name):
            return what + "the symbol \(name) is common, without a place: compile with -fno-common"
        case .badSectionIndex(_, let name, let index):
            return what + "the symbol \(name) is in section \(index), which isn't there"
        case .symbolOutsideSection(_, let name, let section, _, _):
            return what + "the symbol \(name) is not wholly in its section \(section)"
        case .unsupportedRelocations(let section, let type):
            return what + "section \(section) has relocations of section type \(type); SHT_RELA (4) is known"
        case .relocationsWithoutSymbols(let section):
            return what + "the relocations in section \(section) have no symbol table"
        case .badRelocationTarget(let section, let target):
            return what
                + "the relocations in section \(section) apply to section \(target), which has no bytes"
        case .relocationOutsideSection(let section, let entry, let offset):
            return what + "relocation \(entry) of section \(section) is outside, at offset \(offset.hex)"
        case .badRelocationSymbol(let section, let entry, let symbol):
            return what
                + "relocation \(entry) of section \(section) is for symbol \(symbol), which isn't there"
        }
    }
}

extension DeviceTreeFault {
    /// The error's name in libfdt.h.
    fileprivate var name: String {
        "FDT_ERR_" + "\(self)".uppercased()
    }
}
