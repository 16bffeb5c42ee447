import Arm64

/// A rule that a plan breaks.
public struct Violation: Equatable, Sendable {
    /// What is wrong, with the numbers.
    public var problem: Problem
    /// Which rule that is, and so where it stands.
    public var rule: Rule { problem.rule }

    /// What is wrong. Sizes and offsets are bytes.
    public enum Problem: Equatable, Sendable {
        // What is there.

        /// No segment has this role, but the plan needs it.
        case segmentMissing(SegmentRole)
        /// More than one segment has this role.
        case segmentRepeated(SegmentRole, count: Int)
        /// There is a segment for page tables, but no page tables.
        case segmentUnneeded(SegmentRole)
        /// No input has this role, but the plan needs it.
        case inputMissing(InputRole)
        /// More than one input has this role.
        case inputRepeated(InputRole, count: Int)
        /// An input says what another one says already.
        case inputUnneeded(InputRole, beside: InputRole)
        /// An input's name is empty, a folder, or has one in it, or has a NUL.
        case inputName(InputRole, String)
        /// Two inputs have this name.
        case inputNameRepeated(String, InputRole, InputRole)
        /// A machine's capture that stands behind one with a higher digest, or with the same.
        case machineOrder(String, after: String)
        /// The other machines' device trees are not sorted by digest, or one of them is there twice.
        case otherTrees
        /// An input that the system call doesn't take.
        case inputIgnored(InputRole, by: LoadMethod)
        /// An input has no bytes.
        case inputEmpty(InputRole)
        /// An input is larger than the kernel reads.
        case inputTooLarge(InputRole, size: UInt64, limit: UInt64)
        /// A segment that holds a whole input has another size.
        case contentSize(SegmentRole, found: UInt64, due: UInt64)
        /// A segment that holds a whole input has another digest.
        case contentDigest(SegmentRole, found: SHA256Digest, due: SHA256Digest)
        /// The command line doesn't begin with what was kept of the device tree's.
        case reusedCommandLine
        /// There is no console, although one was found.
        case consoleNotFound(ConsoleSource)

        // What kexec_file_load is asked.

        /// The command line has a zero byte, where it would end.
        case commandLineHasZero
        /// The command line is longer than the next kernel takes, without the terminating zero.
        case commandLineTooLong(size: UInt64, limit: UInt64)
        /// A field of a bzImage's header says what kexec_file_load doesn't take.
        case bzImageField(BzImage.Field, found: UInt64)
        /// The command line leaves no room for what the running kernel may add to it.
        case commandLineBeyondReserve(size: UInt64, limit: UInt64, reserve: UInt64)
        /// A flag is there more than once.
        case flagRepeated(FileLoadFlag, count: Int)
        /// A flag means nothing on the plan's architecture.
        case flagOfOtherArchitecture(FileLoadFlag, Architecture)

        // Segments.

        /// There are none, or too many for the system call.
        case segmentCount(Int, limit: Int)
        /// The page size is not one that the architecture has.
        case machinePageSize(UInt64)
        /// A segment has no byte, or leaves 64 bits.
        case segmentRange(SegmentRole, address: PhysicalAddress, memorySize: UInt64)
        /// A segment's start or end is no multiple of the page size.
        case segmentAlignment(SegmentRole, AddressRange, pageSize: UInt64)
        /// The segments need more than half of all RAM. A part of RAM may not count; then the limit is lower.
        case moreThanHalfOfMemory(needed: UInt64, ram: UInt64)
        /// A segment's content is larger than its memory.
        case segmentContent(SegmentRole, contentSize: UInt64, memorySize: UInt64)
        /// A segment stands after one with a higher address.
        case segmentOrder(SegmentRole, after: SegmentRole)
        /// Two segments share memory.
        case segmentsOverlap(SegmentRole, SegmentRole, AddressRange)
        /// Parts of a segment are not System RAM, or reserved.
        case segmentOutsideMemory(SegmentRole, [AddressRange])
        /// A segment is not inside the window that was asked for.
        case segmentOutsideWindow(SegmentRole, AddressRange, window: AddressRange)

        // The boot protocol.

        /// The kernel is not `textOffset` after a multiple of 2 MiB.
        case kernelBase(PhysicalAddress, textOffset: UInt64)
        /// The kernel's segment is smaller than its `image_size`.
        case kernelMemory(UInt64, imageSize: UInt64)
        /// The kernel's memory goes beyond 48 bits.
        case kernelBeyond48Bits(AddressRange)
        /// The device tree is too large.
        case deviceTreeSize(UInt64, limit: UInt64)
        /// The device tree's address is no multiple of 8.
        case deviceTreeAlignment(PhysicalAddress)
        /// The 2 MiB blocks that the kernel maps the device tree with have these parts that are not System RAM.
        case deviceTreeBlocks(AddressRange, outside: [AddressRange])
        /// The smallest 1 GiB aligned window with the kernel and the initrd is larger than 32 GiB.
        case initrdWindow(first: PhysicalAddress, last: PhysicalAddress, limit: UInt64)
        /// A property of `/chosen` is not changed to what the rest of the plan says; nil for not at all.
        case chosenProperty(String, found: DeviceTreeEdit.Change?, due: DeviceTreeEdit.Change)

        // The device tree.

        /// An edit's node is no path from the root, or its property no name, in the one form that these have.
        case editPlace(node: String, property: String)
        /// A reservation is removed more than once.
        case reservationRepeated(AddressRange)
        /// A seed's property of `/chosen` is not changed to what is asked for; nil for not at all.
        case seedProperty(String, found: DeviceTreeEdit.Change?, due: DeviceTreeEdit.Change)

        // Purgatory.

        /// The entry is not inside an executable section.
        case entryOutsideCode(PhysicalAddress)
        /// The entry or the start of an executable section is no multiple of 4.
        case codeAlignment(PhysicalAddress)
        /// A section stands after one with a higher address.
        case sectionOrder(String, after: String)
        /// Two sections share memory.
        case sectionsOverlap(String, String, AddressRange)
        /// A section is not inside purgatory's segment.
        case sectionOutsidePurgatory(String, address: PhysicalAddress, size: UInt64)
        /// What a relocation changes is not inside a section.
        case relocationOutsideSections(RelocationType, site: PhysicalAddress, size: UInt64)
        /// A symbol stands after one with a higher address.
        case symbolOrder(String, after: String)
        /// Two symbols share memory.
        case symbolsOverlap(String, String)
        /// What is written at a symbol is not inside a section.
        case symbolOutsideSections(String, address: PhysicalAddress, size: UInt64)
        /// A symbol by which purgatory is told something has another value than the plan says; nil for none.
        case symbolValue(String, found: SymbolPatch.Value?, due: SymbolPatch.Value)
        /// A symbol is set by which purgatory is told nothing, or once more.
        case symbolUnneeded(String, address: PhysicalAddress)

        /// Under kplan's own contract a section is both written and executed.
        case sectionWrittenAndExecuted(String)

        // Page tables.

        /// There are no page tables, and no reason for that.
        case mmuOffUnexplained
        /// The MMU is said to be off for a reason that the rest of the plan denies, or does not allow.
        case mmuOffUnfounded(MMUOffReason)
        /// A purgatory of kexec-tools' contract can't use tables of this form.
        case tablesOfContract(Granule, addressBits: Int)
        /// The registers are there, or not, and the contract wants it otherwise.
        case registersOfContract(areThere: Bool, PurgatoryContract)
        /// The granule is not the one that was asked for.
        case granule(Granule, due: Granule)
        /// The number of address bits is not one that TCR_ELx.T0SZ can say.
        case inputAddressBits(Int, limits: ClosedRange<Int>)
        /// The root table is not aligned to its size.
        case rootAlignment(PhysicalAddress, alignment: UInt64)
        /// The root table is not inside the content of the page tables' segment.
        case rootOutsidePageTables(PhysicalAddress)
        /// The levels don't go on, one by one, from the root's, with one table there and none below a level
        /// without tables.
        case tableLevels([PageTablePlan.TableCount], root: TranslationLevel)
        /// The page tables' segment doesn't have the size of all tables; `due` is nil where that leaves 64 bits.
        case pageTablesSize(UInt64, due: UInt64?)
        /// MAIR_ELx doesn't have the memory types at their places.
        case memoryAttributes(UInt64, due: UInt64)
        /// The translation control register of a regime doesn't say what the granule and the number of address bits ask for.
        case translationControl(TranslationRegime, found: UInt64, due: UInt64)
        /// A mapping's start or end is no multiple of the granule.
        case mappingAlignment(AddressRange, granule: Granule)
        /// A mapping stands after one with a higher address.
        case mappingOrder(AddressRange, after: AddressRange)
        /// Two mappings share memory.
        case mappingsOverlap(AddressRange, AddressRange)
        /// A mapping needs more address bits.
        case mappingBeyondAddressBits(AddressRange, bits: Int)
        /// A mapping's entries are not of the granule's sizes, the largest first, or don't add up to its size.
        case mappingEntries(AddressRange, [Mapping.EntryCount])
        /// These pages are needed and not mapped.
        case notMapped([AddressRange])
        /// These pages are mapped and not needed.
        case mappedInVain([AddressRange])
        /// The console's address is 0, which tells purgatory that there is none.
        case consoleAtZero(Console)
        /// The console's address is no multiple of the width of its registers.
        case consoleAlignment(Console, alignment: UInt64)
        /// The console's registers leave 64 bits, in whole pages.
        case consoleBeyond64Bits(Console)
        /// The pages of the console's registers have System RAM.
        case consoleInRAM(AddressRange)
        /// Parts of a mapping are neither usable System RAM nor the console.
        case mappingOutsideMemory(AddressRange, [AddressRange])
        /// A mapping's memory type or access is not what is there needs.
        case mappingUse(AddressRange, memory: MemoryType, access: Access)
        /// Under kplan's own contract a mapping is both written and executed.
        case mappingWrittenAndExecuted(AddressRange)

        // Runtime slots.

        /// A slot is empty or not inside the content of its segment.
        case slotOutsideContent(RuntimeSlot)
        /// Two slots share bytes.
        case slotsOverlap(RuntimeSlot, RuntimeSlot)
        /// There is a slot for seeds or their digests, though no seeds were asked for.
        case slotUnneeded(RuntimeSlot)
        /// A slot for random bytes is not in the device tree.
        case randomSlotOutsideDeviceTree(RuntimeSlot)
        /// A slot for random bytes has another length than the zeros that the edits leave in its property; nil where
        /// they leave none.
        case randomSlot(RuntimeSlot, dueLength: UInt64?)
        /// A slot for purgatory's report is not all of the property for it, in the device tree, where the edits leave
        /// as many zeros, or not at a multiple of 4, or purgatory has another contract than kplan's own.
        case reportSlot(RuntimeSlot)
        /// A property that the edits make zeros doesn't have one slot, but this many.
        case propertySlots(String, count: Int)
        /// A slot for a digest is not where purgatory has the digest of that segment; nil for nowhere.
        case digestSlot(RuntimeSlot, dueOffset: UInt64?)
        /// Slots change a segment whose digest purgatory has, and no slot is for that digest.
        case digestNotRenewed(of: SegmentRole)
    }
}
