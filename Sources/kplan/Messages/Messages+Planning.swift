import Arm64
import Emitter
import KexecPlan
import Planner

extension Messages {
    /// A plan with mappings that the 2017 series does not reach in one of the ways to enter it.
    static let outOfReachWithE2H = """
        the plan maps addresses beyond 4 GiB, which this purgatory does not reach at EL2 with E2H, where CPUs with VHE \
        run Linux: such a machine would hang; use --mem-max 0xffffffff (and --console none, for a console that is \
        there), or kplan's own purgatory
        """

    static func text(_ error: PlannerError) -> String {
        switch error {
        case .noRoom(let request): text(request)
        case .moreThanHalfOfMemory(let needed, let ram):
            """
            all segments need \(size(needed)), more than half of the machine's RAM (\(size(ram))), which \
            kexec_load refuses
            """
        case .missingInput(let role): "the \(role.rawValue) is missing"
        case .emptyInput(let role): "the \(role.rawValue) is empty"
        case .inputTooLarge(let role, let bytes, let limit):
            limit == .max
                ? "the \(role.rawValue) does not fit any address space (\(size(bytes)))"
                : "the \(role.rawValue) has \(size(bytes)); at most \(size(limit)) are allowed (booting.rst)"
        case .sameName(let first, let second, let name):
            """
            the \(first.rawValue) and the \(second.rawValue) are both called \(quoted(name)), and emit and apply look \
            for inputs by name: give one of them another name
            """
        case .consoleAtZero(let console):
            "the console \(console) has the address 0; check the address, or use --console none"
        case .consoleMisaligned(let console, let alignment):
            """
            the console \(console) is not at a multiple of \(alignment), the size of its registers; check the \
            address, or use --console none
            """
        case .consoleInRAM(let console):
            """
            the console \(console) is where System RAM is: no UART is there; check the address, or use \
            --console none
            """
        case .consoleBeyond64Bits(let console):
            """
            the console \(console) is in the last page of 64 bits, where no machine has one (physical addresses have at \
            most 52 bits); check the address, or use --console none
            """
        case .consoleBeyondTables(let console, let mmuIsOptional):
            """
            the console \(console) is beyond the 48 bits that page tables translate; use --console none\
            \(mmuIsOptional ? ", or --allow-mmu-off, with which purgatory verifies with MMU and caches off" : "")
            """
        case .granuleOfContract(let granule, let due):
            """
            this purgatory turns the MMU on with a granule of its own, \(due.rawValue), not \(granule.rawValue): \
            use --granule \(due.rawValue)
            """
        case .textOffsetInsidePage(let textOffset, let pageSize):
            """
            the kernel asks for \(textOffset.hex) bytes (text_offset) before it, which is no multiple of the page \
            size, \(pageSize.humanSize); if the machine's pages are smaller, say so with --page-size and --granule
            """
        case .invalidPageSize(let bytes): "a page size of \(bytes) bytes is none of 4K, 16K and 64K"
        case .linking(let error): text(error)
        }
    }

    private static func text(_ request: PlannerError.NoRoom) -> String {
        var text =
            "no room for the \(request.segment.rawValue): it needs \(size(request.size)) of free memory"
        text += " at a multiple of \(request.alignment.humanSize)"
        if let window = request.window { text += " within \(window)" }
        if let hole = request.largestHole {
            text += "; the largest hole is \(hole), \(size(hole.size))"
        } else {
            text += "; there is none"
        }
        return text
    }

    static func text(_ error: EmitterError) -> String {
        switch error {
        case .missing(let role): "the plan has no \(role.rawValue)"
        case .wrongSize(let role, let bytes, let planned):
            "the \(role.rawValue) segment has \(size(bytes)), planned were \(size(planned))"
        case .wrongMemorySize(let bytes, let planned):
            "purgatory takes \(size(bytes)) of memory, planned were \(size(planned)); make the plan anew"
        case .otherContract(let planned, let object):
            """
            the plan says that purgatory honours the contract of \(planned.rawValue), but the object honours that of \
            \(object.rawValue); make the plan anew
            """
        case .tableBaseThere:
            """
            the plan has no page tables since purgatory had no \(PurgatoryContract.tableBase), but the object has it; \
            make the plan anew
            """
        case .inputNotGiven(let role):
            "purgatory's digest covers the \(role.rawValue), whose bytes are not there to be read"
        case .paddingTooLarge(let role, let bytes, let limit):
            """
            purgatory's digest covers \(size(bytes)) of zeros after the \(role.rawValue); more than \(size(limit)) are not \
            hashed
            """
        case .otherSection(let planned, let object): otherSection(planned, object)
        case .misalignedSection(let section, let alignment):
            """
            the plan's section \(printable(section.name)) at \(section.address) is at no multiple of \
            \(alignment.humanSize), which purgatory's object demands; make the plan anew
            """
        case .sectionPlacedTwice(let section):
            """
            the plan places purgatory's section \(printable(section.name)) twice, the second time at \
            \(section.address); make the plan anew
            """
        case .sectionNotPlaced(let name, let index, let bytes):
            """
            the plan has no place for purgatory's section \(printable(name)) (index \(index), \(size(bytes))); \
            make the plan anew
            """
        case .linking(let error): text(error)
        case .otherEntry(let planned, let object):
            """
            the plan's entry \(planned) is not the object's: \(PurgatoryContract.entry) is at \(object); make the \
            plan anew
            """
        case .otherRelocation(let planned, let object): otherRelocation(planned, object)
        case .otherSymbol(let planned, let due): otherSymbol(planned, due)
        case .outsidePurgatory(let name, let address):
            "\(printable(name)) at \(address) is outside of purgatory's content"
        case .relocation(let error, let symbol): text(error, symbol: symbol)
        case .tooManyRegions(let count):
            "\(count) segments are more than purgatory's table takes (\(PurgatoryContract.maximumRegions))"
        case .slotWithoutContent(let slot):
            "\(slot.purpose): no place for \(slot.length) bytes at offset \(slot.offset.hex) of \(slot.segment.rawValue)"
        case .pageTables(let error): text(error)
        }
    }

    private static func text(_ error: RelocationError, symbol: String) -> String {
        switch error {
        case .outOfRange(let type, let site, let value):
            "\(type.name) at \(site.hex) can't reach \(symbol) at \(value.hex)"
        case .misaligned(let type, let site, let value, let alignment):
            "\(type.name) at \(site.hex): \(symbol) at \(value.hex) is no multiple of \(alignment)"
        case .outsideSection(let type, let site):
            "\(type.name) at \(site.hex) is outside of purgatory's content"
        }
    }

    private static func text(_ error: TranslationTables.BuildError) -> String {
        switch error {
        case .addressBeyondTables(let range): "\(range) is beyond the 48 bits that page tables translate"
        case .notWholePages(let range, let pageSize):
            "the mapping \(range) is not made of whole pages of \(pageSize.humanSize)"
        case .overlap(let first, let second): "the mappings \(first) and \(second) share addresses"
        case .rootNotAligned(let root, let pageSize):
            "page tables can't begin at \(root), which is no multiple of \(pageSize.humanSize)"
        case .rootBeyondTables(let root, let bytes):
            "page tables of \(size(bytes)) at \(root) are beyond the 48 bits that they can point to"
        }
    }
}
