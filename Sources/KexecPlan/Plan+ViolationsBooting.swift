import Arm64

// Rules: the boot protocol (booting.rst), "Setup the device tree" and "Call the kernel image".

extension Plan {
    /// "The Image must be placed text_offset bytes from a 2MB aligned base address."
    func kernelBase() -> [Violation.Problem] {
        guard let kernel = segment(.kernel) else { return [] }
        let (base, belowZero) = kernel.address.rawValue.subtractingReportingOverflow(self.kernel.textOffset)
        guard belowZero || !PhysicalAddress(base).isAligned(to: BootProtocol.kernelAlignment) else {
            return []
        }
        return [.kernelBase(kernel.address, textOffset: self.kernel.textOffset)]
    }

    /// "At least image_size bytes from the start of the image must be free for use by the kernel."
    func kernelMemory() -> [Violation.Problem] {
        guard let kernel = segment(.kernel), kernel.memorySize < self.kernel.imageSize else { return [] }
        return [.kernelMemory(kernel.memorySize, imageSize: self.kernel.imageSize)]
    }

    /// "all image_size bytes counted from the start of the image are within the 48-bit addressable range of
    /// physical memory"
    func kernelIn48Bits() -> [Violation.Problem] {
        guard let range = segment(.kernel)?.range, range.last.rawValue >> 48 != 0 else { return [] }
        return [.kernelBeyond48Bits(range)]
    }

    /// "must not exceed 2 megabytes in size"
    func deviceTreeSize() -> [Violation.Problem] {
        guard let dtb = segment(.dtb) else { return [] }
        // Another machine's may fill its room.
        let size = deviceTree.isLive ? max(dtb.memorySize, dtb.contentSize) : dtb.contentSize
        return size > BootProtocol.deviceTreeLimit
            ? [.deviceTreeSize(size, limit: BootProtocol.deviceTreeLimit)] : []
    }

    /// "The device tree blob (dtb) must be placed on an 8-byte boundary"
    func deviceTreeAlignment() -> [Violation.Problem] {
        guard let dtb = segment(.dtb), !dtb.address.isAligned(to: BootProtocol.deviceTreeAlignment) else {
            return []
        }
        return [.deviceTreeAlignment(dtb.address)]
    }

    /// "Since the dtb will be mapped cacheable using blocks of up to 2 megabytes in size, it must not be placed
    /// within any 2M region which must be mapped with any specific attributes."
    func deviceTreeBlocks() -> [Violation.Problem] {
        guard let range = segment(.dtb)?.range else { return [] }
        guard let blocks = range.expanded(to: BootProtocol.deviceTreeBlock) else { return [] }
        let outside = AddressRangeSet([blocks]).subtracting(machine.memory.systemRAM)
        // What of the segment itself is no memory is said elsewhere.
        let around = outside.subtracting(AddressRangeSet([range]))
        return around.isEmpty ? [] : [.deviceTreeBlocks(blocks, outside: around.ranges)]
    }

    /// "If an initrd/initramfs is passed to the kernel at boot, it must reside entirely within a 1 GB aligned
    /// physical memory window of up to 32 GB in size that fully covers the kernel Image as well."
    func initrdWindow() -> [Violation.Problem] {
        guard let kernel = segment(.kernel)?.range, let initrd = segment(.initrd)?.range else { return [] }
        let alignment = BootProtocol.initrdWindowAlignment
        let first = min(kernel.start, initrd.start).alignedDown(to: alignment)
        // The last byte rather than the end, which may be 2^64.
        let last = PhysicalAddress(max(kernel.last, initrd.last).rawValue | (alignment - 1))
        guard last.rawValue - first.rawValue >= BootProtocol.initrdWindowSize else { return [] }
        return [.initrdWindow(first: first, last: last, limit: BootProtocol.initrdWindowSize)]
    }

    /// The properties by which the kernel finds its command line and its initrd say what the plan says.
    func chosenProperties() -> [Violation.Problem] {
        var due: [(property: String, change: DeviceTreeEdit.Change)] = []
        if let commandLine = request.commandLine { due.append(("bootargs", .text(commandLine))) }
        if let initrd = segment(.initrd), let end = initrd.address.advanced(by: initrd.contentSize) {
            due.append(("linux,initrd-start", .number(initrd.address.rawValue)))
            due.append(("linux,initrd-end", .number(end.rawValue)))
        }
        return due.compactMap { property, change in
            let found = lastChange(ofChosen: property)
            return found == change ? nil : .chosenProperty(property, found: found, due: change)
        }
    }
}
