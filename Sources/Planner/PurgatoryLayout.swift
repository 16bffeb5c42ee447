import Arm64
import KexecPlan

/// Where purgatory's sections lie within its segment, before the segment has an address.
///
/// Sections that may be used alike stand together: text, read-only data, writable data, and last what has no
/// content. Each group begins on a page of its own, so that the tables can tell them apart.
struct PurgatoryLayout {
    /// A section and its distance from the segment's start, in bytes.
    struct Place {
        let section: RelocatableObject.Section
        let offset: UInt64
        let access: Access
    }

    let places: [Place]
    /// The segment's content: up to the end of the last section that has some. Bytes.
    let contentSize: UInt64
    /// All of it, in whole pages. Bytes.
    let memorySize: UInt64
    /// What the segment's address is a multiple of: a page, or more where a section asks for more. Bytes.
    let alignment: UInt64

    /// - Parameters:
    ///   - granule: of the tables: where groups of sections begin.
    ///   - pageSize: what the segment's size is a multiple of, in bytes.
    init(_ object: RelocatableObject, granule: Granule, pageSize: UInt64) throws(PlannerError) {
        var places: [Place] = []
        var end: UInt64 = 0
        var contentEnd: UInt64 = 0
        var alignment = pageSize
        for (group, access) in try Self.groups(object) {
            end = try Self.up(end, to: granule.size)
            for section in group {
                // Instructions are aligned to their size, whatever the object says.
                let sectionAlignment = max(section.alignment, access == .readExecute ? 4 : 1)
                alignment = max(alignment, sectionAlignment)
                let offset = try Self.up(end, to: sectionAlignment)
                let (sectionEnd, overflow) = offset.addingReportingOverflow(section.size)
                if overflow { throw .inputTooLarge(.purgatory, size: .max, limit: .max) }
                places.append(Place(section: section, offset: offset, access: access))
                end = sectionEnd
                if section.content != nil { contentEnd = end }
            }
        }
        guard end > 0 else { throw .missingSymbol(PurgatoryContract.entry) }
        self.places = places
        self.alignment = alignment
        contentSize = contentEnd
        memorySize = try Self.up(end, to: pageSize)
    }

    /// The sections by what may be done with them, those without content last.
    private static func groups(
        _ object: RelocatableObject
    ) throws(PlannerError) -> [([RelocatableObject.Section], Access)] {
        var text: [RelocatableObject.Section] = []
        var readOnly: [RelocatableObject.Section] = []
        var data: [RelocatableObject.Section] = []
        var noBits: [RelocatableObject.Section] = []
        for section in object.sections where section.size > 0 {
            switch (section.isExecutable, section.isWritable) {
            case (true, true): throw .writableAndExecutable(section: section.name)
            case (true, false): text.append(section)
            case (false, false): readOnly.append(section)
            case (false, true):
                if section.content == nil { noBits.append(section) } else { data.append(section) }
            }
        }
        let all: [([RelocatableObject.Section], Access)] = [
            (text, .readExecute), (readOnly, .readOnly), (data + noBits, .readWrite),
        ]
        return all.filter { !$0.0.isEmpty }
    }

    private static func up(_ value: UInt64, to alignment: UInt64) throws(PlannerError) -> UInt64 {
        guard let result = value.alignedUp(to: alignment) else {
            throw .inputTooLarge(.purgatory, size: value, limit: .max)
        }
        return result
    }
}
