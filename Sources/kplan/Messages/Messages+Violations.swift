import Arm64
import KexecPlan

// The rules that a plan breaks: what in it breaks which rule, and where the rule stands.

extension Messages {
    static func text(for violation: Violation) -> String {
        "\(violation.rule.rawValue): \(text(violation.problem)) (\(violation.rule.source))"
    }

    /// What is wrong, without the rule.
    static func text(_ problem: Violation.Problem) -> String {
        switch problem {
        // What is there.
        case .segmentMissing(let role): "there is no \(role.rawValue) segment"
        case .segmentRepeated(let role, let count): "there are \(count) \(role.rawValue) segments, due is one"
        case .segmentUnneeded(let role): "there is a \(role.rawValue) segment, but no page tables to be in it"
        case .inputMissing(let role): "there is no \(role.rawValue) among the inputs"
        case .inputRepeated(let role, let count):
            "there are \(count) inputs with the role \(role.rawValue), due is one"
        case .inputUnneeded(let role, let other):
            "there is a \(role.rawValue) among the inputs, but the \(other.rawValue) says the same"
        case .inputName(let role, let name):
            "the \(role.rawValue) input has the name \(quoted(name)), due is a file name without a folder"
        case .inputNameRepeated(let name, let first, let second):
            """
            the \(first.rawValue) and the \(second.rawValue) are both called \(quoted(name)), but emit and apply look \
            for inputs by name
            """
        case .machineOrder(let name, let other):
            """
            the machine \(quoted(name)) stands behind \(quoted(other)), but captures are sorted by their SHA-256, each \
            of them once
            """
        case .otherTrees: "machine.other_device_trees are not sorted by SHA-256, each of them once"
        case .inputIgnored(let role, let method):
            "there is a \(role.rawValue) among the inputs, and \(method.rawValue) takes none"
        case .inputEmpty(let role): "the \(role.rawValue) is empty, and the kernel reads no empty file"
        case .inputTooLarge(let role, let bytes, let limit):
            "the \(role.rawValue) has \(size(bytes)); the kernel reads at most \(size(limit))"
        case .contentSize(let role, let found, let due):
            "the \(role.rawValue) segment has \(size(found)) of content, its input has \(size(due))"
        case .contentDigest(let role, let found, let due):
            "the \(role.rawValue) segment has SHA-256 \(found.hex), its input has \(due.hex)"

        // What kexec_file_load is asked.
        case .commandLineHasZero: "the command line has a zero byte, where it would end"
        case .commandLineTooLong(let bytes, let limit):
            "the command line has \(bytes) bytes; the next kernel takes \(limit)"
        case .commandLineBeyondReserve(let bytes, let limit, let reserve):
            """
            the command line has \(bytes) bytes; the next kernel takes \(limit), of which the running one keeps \
            \(reserve) for a crash kernel's elfcorehdr=, whatever is loaded
            """
        case .bzImageField(let field, let found):
            "the kernel has \(field.rawValue) \(found.hex) in its header, due is \(due(field))"
        case .flagRepeated(let flag, let count): "the flag \(flag.rawValue) is there \(count) times"
        case .flagOfOtherArchitecture(let flag, let architecture):
            "the flag \(flag.rawValue) means nothing on \(architecture.rawValue)"
        case .reusedCommandLine:
            "the command line doesn't begin with reused_command_line, which was kept of the device tree's"
        case .consoleNotFound(let source):
            "there is no console, but console_source says that the device tree has it: \(quoted(source.word))"

        // Segments.
        case .segmentCount(let count, let limit):
            "there are \(count) segments; kexec_load takes 1 to \(limit)"
        case .machinePageSize(let bytes):
            "the machine's page size, \(size(bytes)), is none of 4K, 16K and 64K"
        case .segmentRange(let role, let address, let bytes):
            "the \(role.rawValue) segment at \(address) with \(size(bytes)) is empty or leaves 64 bits"
        case .segmentAlignment(let role, let range, let pageSize):
            """
            the \(role.rawValue) segment \(range) does not begin and end at multiples of the machine's page \
            size, \(size(pageSize))
            """
        case .moreThanHalfOfMemory(let needed, let ram):
            "all segments need \(size(needed)), more than half of the machine's RAM, \(size(ram))"
        case .segmentContent(let role, let content, let memory):
            "the \(role.rawValue) segment has \(size(content)) of content, more than its memory, \(size(memory))"
        case .segmentOrder(let role, let other):
            order("segment", role.rawValue, after: other.rawValue)
        case .segmentsOverlap(let first, let second, let range):
            "the segments \(first.rawValue) and \(second.rawValue) share \(range)"
        case .segmentOutsideMemory(let role, let ranges):
            "the \(role.rawValue) segment takes \(list(ranges)), which is reserved or no System RAM"
        case .segmentOutsideWindow(let role, let range, let window):
            "the \(role.rawValue) segment \(range) is not inside the requested window \(window)"

        // The boot protocol.
        case .kernelBase(let address, let textOffset):
            "the kernel at \(address) is not text_offset (\(textOffset.hex)) past a multiple of 2 MiB"
        case .kernelMemory(let bytes, let imageSize):
            "the kernel segment has \(size(bytes)), less than the Image's image_size, \(size(imageSize))"
        case .kernelBeyond48Bits(let range): "the kernel \(range) goes beyond 48-bit addresses"
        case .deviceTreeSize(let bytes, let limit):
            "the device tree has \(size(bytes)); at most \(size(limit)) are allowed"
        case .deviceTreeAlignment(let address): "the device tree at \(address) is not at a multiple of 8"
        case .deviceTreeBlocks(let blocks, let outside):
            """
            the kernel maps the device tree in blocks of 2 MiB, \(blocks), of which \(list(outside)) is no \
            System RAM
            """
        case .initrdWindow(let first, let last, let limit):
            """
            kernel and initrd are not inside one 1 GiB aligned window of \(size(limit)): they need \
            \(first)–\(last)
            """
        case .chosenProperty(let property, let found, let due),
            .seedProperty(let property, let found, let due):
            "/chosen/\(property) is \(found.map(text) ?? "not changed"), but the plan needs it to be \(text(due))"

        // The device tree.
        case .editPlace(let node, let property):
            """
            the edit of \(quoted(property)) in \(quoted(node)) names no place of a device tree as plans do: a path \
            from the root such as "/chosen", and a property's name
            """
        case .reservationRepeated(let range): "the reservation \(range) is removed twice"

        // Purgatory.
        case .entryOutsideCode(let address):
            "the entry \(address) is not inside an executable section of purgatory"
        case .codeAlignment(let address):
            "the code at \(address) is not at a multiple of 4, the size of an instruction"
        case .sectionOrder(let name, let other):
            order("section", name, after: other)
        case .sectionsOverlap(let first, let second, let range):
            "the sections \(printable(first)) and \(printable(second)) share \(range)"
        case .sectionOutsidePurgatory(let name, let address, let bytes):
            "the section \(printable(name)) at \(address) with \(size(bytes)) is not inside purgatory's segment"
        case .relocationOutsideSections(let type, let site, let bytes):
            "the relocation \(type.name) at \(site) changes \(bytes) bytes that are not inside one section"
        case .symbolOrder(let name, let other): order("symbol", name, after: other)
        case .symbolsOverlap(let first, let second):
            "the values of the symbols \(printable(first)) and \(printable(second)) share bytes"
        case .symbolOutsideSections(let name, let address, let bytes):
            "the symbol \(printable(name)) at \(address) gets \(bytes) bytes that are not inside one section"
        case .symbolValue(let name, let found, let due):
            "the symbol \(name) is \(found.map(text) ?? "not set"), but the plan needs it to be \(text(due))"

        case .symbolUnneeded(let name, let address):
            """
            the symbol \(printable(name)) at \(address) is set, but purgatory is told nothing by it, or is told \
            already
            """

        case .sectionWrittenAndExecuted(let name):
            """
            the section \(printable(name)) is both written and executed, which kplan's own contract with purgatory \
            excludes
            """

        // Page tables.
        case .mmuOffUnexplained: "there are no page tables, and mmu_off does not say why"
        case .mmuOffUnfounded(let reason):
            "mmu_off says that \(text(reason)), which the rest of the plan denies or does not allow"
        case .tablesOfContract(let granule, let bits):
            """
            the page tables have a granule of \(granule.rawValue) and \(bits) address bits; a purgatory of \
            kexec-tools' contract uses 4K and 48
            """
        case .registersOfContract(let areThere, let contract):
            areThere
                ? "there are values for MAIR and TCR, but a purgatory of the contract of \(contract.rawValue) has its own"
                : "there are no values for MAIR and TCR, which a purgatory of the contract of \(contract.rawValue) needs"
        case .granule(let granule, let due):
            "the page tables' granule is \(granule.rawValue), requested is \(due.rawValue)"
        case .inputAddressBits(let bits, let limits):
            """
            the page tables translate \(bits) address bits; TCR_ELx.T0SZ takes \(limits.lowerBound) to \
            \(limits.upperBound)
            """
        case .rootAlignment(let address, let alignment):
            "the root table at \(address) is not at a multiple of \(size(alignment))"
        case .rootOutsidePageTables(let address):
            "the root table at \(address) is not inside the content of the page-tables segment"
        case .tableLevels(let tables, let root):
            """
            the numbers of tables (\(text(tables))) do not begin with one table at level \(root.rawValue) and \
            go on level by level
            """
        case .pageTablesSize(let bytes, let due):
            """
            the page-tables segment has \(size(bytes)) of content, all tables have \
            \(due.map(size) ?? "more than 64 bits can say")
            """
        case .memoryAttributes(let found, let due):
            "MAIR is \(found.hex), the memory types of the descriptors need \(due.hex)"
        case .translationControl(let regime, let found, let due):
            "TCR_\(name(regime)) is \(found.hex), granule and address bits need \(due.hex)"
        case .mappingAlignment(let range, let granule):
            "the mapping \(range) is not made of whole pages of \(granule.rawValue)"
        case .mappingOrder(let range, let other):
            order("mapping", "\(range)", after: "\(other)")
        case .mappingsOverlap(let first, let second): "the mappings \(first) and \(second) share addresses"
        case .mappingBeyondAddressBits(let range, let bits):
            "the mapping \(range) goes beyond the \(bits) address bits that the page tables translate"
        case .mappingEntries(let range, let entries):
            """
            the mapping \(range) is not what its entries (\(list(entries))) add up to in sizes that the granule \
            has, the largest first
            """
        case .notMapped(let ranges): "\(list(ranges)) is not mapped, but purgatory needs it"
        case .mappedInVain(let ranges): "\(list(ranges)) is mapped, but purgatory does not need it"
        case .consoleAtZero(let console):
            "the console \(console) has the address 0, which tells purgatory that there is none"
        case .consoleAlignment(let console, let alignment):
            "the console \(console) is not at a multiple of \(alignment), the size of its registers"
        case .consoleBeyond64Bits(let console): "the registers of the console \(console) leave 64 bits"
        case .consoleInRAM(let range):
            "the console's registers are in \(range), which has System RAM: no UART is there"
        case .mappingOutsideMemory(let range, let outside):
            """
            the mapping \(range) reaches \(list(outside)), which is neither free System RAM nor the console
            """
        case .mappingUse(let range, let memory, let access):
            "the mapping \(range) is not \(memory.rawValue) and \(access.rawValue), as what is there needs"

        case .mappingWrittenAndExecuted(let range):
            """
            the mapping \(range) is both written and executed, which kplan's own contract with purgatory excludes
            """

        // Runtime slots.
        case .slotOutsideContent(let slot):
            "\(text(slot)) is empty or not inside the segment's content"
        case .slotsOverlap(let first, let second): "\(text(first)) and \(text(second)) share bytes"
        case .slotUnneeded(let slot): "\(text(slot)) is there, but no seeds were requested"
        case .randomSlotOutsideDeviceTree(let slot):
            "\(text(slot)) is for random bytes, which are for the device tree alone"
        case .randomSlot(let slot, let dueLength):
            """
            \(text(slot)) is for random bytes, but the edits leave \
            \(dueLength.map { "\($0) zero bytes" } ?? "no zeros") there
            """
        case .reportSlot(let slot):
            """
            \(text(slot)) is for purgatory's report, which takes a purgatory of kplan's own contract, and all of \
            \(PurgatoryReport.path) in the dtb: \(PurgatoryReport.size) bytes that the edits make zeros, at a multiple of 4
            """
        case .propertySlots(let property, let count):
            "the edits make \(printable(property)) zeros, for which there are \(count) runtime slots, due is one"
        case .digestSlot(let slot, let dueOffset):
            """
            \(text(slot)) is not where purgatory has that digest, which is \
            \(dueOffset.map { "\(SHA256Digest.size) bytes at offset \($0.hex) of purgatory" } ?? "nowhere")
            """
        case .digestNotRenewed(let role):
            """
            runtime slots change the \(role.rawValue) segment, but none is for the digest that purgatory \
            compares it with
            """
        }
    }
}
