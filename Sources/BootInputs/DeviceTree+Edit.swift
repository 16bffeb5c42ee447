import Arm64
import CLibFDT
import KexecPlan

extension DeviceTree {
    /// The tree with these changes, in their order, without padding between or behind its blocks.
    ///
    /// The same tree and edits give the same bytes, and how many they are depends on the lengths of the values
    /// only. A node that is missing is made, unless there is only something to delete in it.
    ///
    /// - Parameters:
    ///   - edits: What becomes of which property.
    ///   - stale: Entries of the memory reservation block that are removed, where start and size are the same.
    public func edited(
        by edits: [DeviceTreeEdit], removingReservations stale: [AddressRange] = []
    ) throws(DeviceTreeError) -> DeviceTree {
        var capacity = bytes.count + 64  // for a header of version 17 before blocks of version 16
        for edit in edits {
            guard edit.isWellFormed else { throw edit.refused(.badPath) }
            guard 0...(2 << 20) ~= edit.change.size else {
                throw .propertyTooLarge(node: edit.node, property: edit.property, size: edit.change.size)
            }
            capacity += edit.largestGrowth
        }
        guard let capacity32 = Int32(exactly: capacity) else { throw .malformed(.noSpace) }

        var buffer = [UInt8](repeating: 0, count: capacity)
        var code = buffer.withUnsafeMutableBytes { target in
            bytes.withUnsafeBytes { fdt_open_into($0.baseAddress, target.baseAddress, capacity32) }
        }
        if let fault = DeviceTreeFault(code: code) { throw .malformed(fault) }

        for range in stale {
            code = buffer.withUnsafeMutableBytes { $0.removeReservation(range) }
            if let fault = DeviceTreeFault(code: code) { throw .malformed(fault) }
        }
        for edit in edits {
            code = buffer.withUnsafeMutableBytes { $0.apply(edit) }
            if let fault = DeviceTreeFault(code: code) { throw edit.refused(fault) }
        }
        code = buffer.withUnsafeMutableBytes { fdt_pack($0.baseAddress) }
        if let fault = DeviceTreeFault(code: code) { throw .malformed(fault) }
        return try DeviceTree(buffer)
    }
}

extension DeviceTreeEdit {
    /// Names that libfdt can take: C strings, a path from the root.
    fileprivate var isWellFormed: Bool {
        node.hasPrefix("/") && !node.utf8.contains(0) && !property.isEmpty && !property.utf8.contains(0)
    }

    /// No fewer bytes than the edit can add: a node takes 8 bytes and its padded name, which is 4 bytes for a
    /// path of 2; a property takes 12, its padded value and its name.
    fileprivate var largestGrowth: Int {
        12 * node.utf8.count + 12 + change.size + 4 + property.utf8.count + 1
    }

    fileprivate func refused(_ fault: DeviceTreeFault) -> DeviceTreeError {
        .editRefused(node: node, property: property, fault)
    }
}

extension DeviceTreeEdit.Change {
    /// The number of bytes of the value.
    fileprivate var size: Int {
        switch self {
        case .text(let text): text.utf8.count + 1
        case .number: 8
        case .zeros(let count): count
        case .delete: 0
        }
    }

    /// The value's bytes; nil where there will be none.
    fileprivate var value: [UInt8]? {
        switch self {
        case .text(let text): text.utf8 + [0]
        case .number(let number): withUnsafeBytes(of: number.bigEndian) { Array($0) }
        case .zeros(let count): Array(repeating: 0, count: count)
        case .delete: nil
        }
    }
}

/// A tree that libfdt has opened for editing. The functions return libfdt's codes.
extension UnsafeMutableRawBufferPointer {
    fileprivate func apply(_ edit: DeviceTreeEdit) -> Int32 {
        var node: Int32 = 0
        for name in edit.node.split(separator: "/").map(String.init) {
            var child = fdt_subnode_offset(baseAddress, node, name)
            if child == -FDT_ERR_NOTFOUND {
                if edit.change == .delete { return 0 }
                child = fdt_add_subnode(baseAddress, node, name)
            }
            guard child >= 0 else { return child }
            node = child
        }
        guard let value = edit.change.value else {
            let code = fdt_delprop(baseAddress, node, edit.property)
            return code == -FDT_ERR_NOTFOUND ? 0 : code
        }
        var place: UnsafeMutableRawPointer?
        let code = fdt_setprop_placeholder(baseAddress, node, edit.property, Int32(value.count), &place)
        guard code == 0, let place else { return code }
        // Values are padded to 4 bytes. libfdt leaves there what happened to be there.
        for offset in 0..<(value.count + 3) / 4 * 4 {
            place.storeBytes(
                of: offset < value.count ? value[offset] : 0, toByteOffset: offset, as: UInt8.self)
        }
        return 0
    }

    fileprivate func removeReservation(_ range: AddressRange) -> Int32 {
        let count = fdt_num_mem_rsv(baseAddress)
        guard count >= 0 else { return count }
        for index in 0..<count {
            var start: UInt64 = 0
            var size: UInt64 = 0
            let code = fdt_get_mem_rsv(baseAddress, index, &start, &size)
            guard code == 0 else { return code }
            if start == range.start.rawValue, size == range.size {
                return fdt_del_mem_rsv(baseAddress, index)
            }
        }
        return 0
    }
}
