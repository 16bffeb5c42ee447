import Arm64
import KexecPlan

/// Where purgatory's sections lie within its segment, before the segment has an address.
///
/// Sections that may be used alike stand together: text, read-only data, writable data, and last what has no
/// content. Each group begins on a page of its own, so that the tables can tell them apart. Under kexec-tools' contract
/// there is nothing to tell apart: sections have the order of the object.
struct PurgatoryLayout {
    /// A section and its distance from the segment's start, in bytes.
    struct Place {
        let section: RelocatableObject.Section
        let offset: UInt64
    }

    let places: [Place]
    /// The segment's content: up to the end of the last section that has some. Bytes.
    let contentSize: UInt64
    /// All of it, in whole pages. Bytes.
    let memorySize: UInt64
    private let contract: PurgatoryContract
    /// What the segment's address is a multiple of: a page, or more where a section asks for more. Bytes.
    let alignment: UInt64

    /// - Parameters:
    ///   - granule: of the tables: where groups of sections begin.
    ///   - pageSize: what the segment's size is a multiple of, in bytes.
    init(
        _ object: RelocatableObject, contract: PurgatoryContract, granule: Granule, pageSize: UInt64
    ) throws(PlannerError) {
        var places: [Place] = []
        var end: UInt64 = 0
        var contentEnd: UInt64 = 0
        var alignment = pageSize
        for group in try Self.groups(object, contract) {
            end = try Self.up(end, to: granule.size)
            for section in group {
                alignment = max(alignment, section.addressAlignment)
                let offset = try Self.up(end, to: section.addressAlignment)
                let (sectionEnd, overflow) = offset.addingReportingOverflow(section.size)
                if overflow { throw .inputTooLarge(.purgatory, size: .max, limit: .max) }
                places.append(Place(section: section, offset: offset))
                end = sectionEnd
                if section.content != nil { contentEnd = end }
            }
        }
        guard end > 0 else { throw .linking(.missingSymbol(PurgatoryContract.entry)) }
        self.places = places
        self.contract = contract
        self.alignment = alignment
        contentSize = contentEnd
        memorySize = try Self.up(end, to: pageSize)
    }

    /// The sections at their places where the segment is at `base`.
    func sections(at base: PhysicalAddress) throws(LinkingError) -> [PlacedSection] {
        var sections: [PlacedSection] = []
        for place in places {
            let address = PhysicalAddress(base.rawValue &+ place.offset)
            sections.append(try PlacedSection(place.section, at: address, under: contract))
        }
        return sections
    }

    /// The sections by what may be done with them, those without content last.
    private static func groups(
        _ object: RelocatableObject, _ contract: PurgatoryContract
    ) throws(PlannerError) -> [[RelocatableObject.Section]] {
        let loaded = object.sections.filter { $0.size > 0 }
        if contract == .kexecTools {
            return [loaded.filter { $0.content != nil } + loaded.filter { $0.content == nil }]
        }
        var text: [RelocatableObject.Section] = []
        var readOnly: [RelocatableObject.Section] = []
        var data: [RelocatableObject.Section] = []
        var noBits: [RelocatableObject.Section] = []
        do throws(LinkingError) {
            for section in loaded {
                switch try section.access(under: contract) {
                case .readExecute, .readWriteExecute: text.append(section)
                case .readOnly: readOnly.append(section)
                case .readWrite:
                    if section.content == nil { noBits.append(section) } else { data.append(section) }
                }
            }
        } catch {
            throw .linking(error)
        }
        return [text, readOnly, data + noBits].filter { !$0.isEmpty }
    }

    private static func up(_ value: UInt64, to alignment: UInt64) throws(PlannerError) -> UInt64 {
        guard let result = value.alignedUp(to: alignment) else {
            throw .inputTooLarge(.purgatory, size: value, limit: .max)
        }
        return result
    }
}
