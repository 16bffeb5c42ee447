/// Where a bundle's parts are in its bytes. Nothing is unpacked, and nothing is compressed: what a bundle takes is the size
/// of its file.
public struct BundleContents: Equatable, Sendable {
    /// The plan.
    public private(set) var plan = 0..<0
    /// The plan's signature, where there is one.
    public private(set) var signature: Range<Int>?
    /// The inputs, by the bytes of their names.
    public private(set) var inputs: [[UInt8]: Range<Int>] = [:]

    /// Reads the headers of an archive. Members may have any order, and the folder of the inputs a header of its own, as GNU tar
    /// writes one; anything else that `BundleWriter` wouldn't write is an error.
    public init(of bytes: UnsafeRawBufferPointer) throws(BundleError) {
        var hasPlan = false
        for member in try TarReader.members(of: bytes, limit: BundleLayout.memberLimit) {
            let name = String(decoding: member.name, as: UTF8.self)
            switch member.kind {
            case .folder where name == BundleLayout.inputs: continue
            case .folder: throw .unknownMember(name)
            case .link: throw .link(name)
            case .special: throw .special(name)
            case .file: break
            }
            if member.name.elementsEqual(BundleLayout.plan.utf8) {
                if hasPlan { throw .repeated(name) }
                hasPlan = true
                plan = member.range
            } else if member.name.elementsEqual(BundleLayout.signature.utf8) {
                if signature != nil { throw .repeated(name) }
                guard member.range.count <= BundleLayout.signatureLimit else {
                    throw .signatureTooLarge(limit: BundleLayout.signatureLimit)
                }
                signature = member.range
            } else {
                guard let input = Self.inputName(member.name) else { throw .unknownMember(name) }
                guard inputs.updateValue(member.range, forKey: input) == nil else { throw .repeated(name) }
            }
        }
        guard hasPlan else { throw .noPlan }
    }

    /// The name of an input; nil for a member that is none, or no file of that folder.
    private static func inputName(_ member: [UInt8]) -> [UInt8]? {
        guard member.starts(with: BundleLayout.inputs.utf8) else { return nil }
        let name = Array(member.dropFirst(BundleLayout.inputs.utf8.count))
        let isFile = !name.isEmpty && name != Array(".".utf8) && name != Array("..".utf8)
        return isFile && !name.contains(UInt8(ascii: "/")) ? name : nil
    }
}
