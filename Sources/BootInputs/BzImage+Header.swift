import KexecPlan

extension BzImage {
    /// How many of a file's first bytes are enough for `init(prefix:fileSize:)`: the boot sector, and as much setup
    /// code as `setup_sects` can say.
    public static let prefixSize = 256 * sectorSize

    private static let sectorSize = 512

    /// Reads the header of an x86_64 bzImage (Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header").
    ///
    /// | offset | bytes | field |
    /// |---|---|---|
    /// | 0x1f1 | 1 | setup_sects: sectors of setup code behind the boot sector; 0 is 4 |
    /// | 0x1f4 | 4 | syssize: the code behind it, in units of 16 bytes |
    /// | 0x1fe | 2 | boot_flag, 0xaa55 |
    /// | 0x200 | 2 | jump: 0xeb, and where the header ends, from 0x202 on |
    /// | 0x202 | 4 | header, "HdrS" |
    /// | 0x206 | 2 | version |
    /// | 0x20e | 2 | kernel_version: where its text is, from 0x200 on |
    /// | 0x211 | 1 | loadflags |
    /// | 0x22c | 4 | initrd_addr_max |
    /// | 0x230 | 4 | kernel_alignment |
    /// | 0x234 | 1 | relocatable_kernel |
    /// | 0x236 | 2 | xloadflags |
    /// | 0x238 | 4 | cmdline_size |
    /// | 0x258 | 8 | pref_address |
    /// | 0x260 | 4 | init_size |
    ///
    /// - Parameters:
    ///   - prefix: The file's first `prefixSize` bytes, or all where it has fewer.
    ///   - fileSize: The size of the whole file, in bytes.
    public init(prefix: [UInt8], fileSize: UInt64) throws(BzImageError) {
        let kind = KernelFileKind(prefix: prefix)
        guard kind == .bzImage else {
            if prefix.count < 2 * Self.sectorSize, kind == .unknown || kind == .portableExecutable {
                throw .shorterThanHeader(size: fileSize)
            }
            throw .notABzImage(looksLike: kind)
        }
        guard prefix.count >= 2 * Self.sectorSize,
            let setupSectors = prefix.littleEndian(UInt8.self, at: 0x1f1),
            let codeSize = prefix.littleEndian(UInt32.self, at: 0x1f4),
            let jump = prefix.littleEndian(UInt16.self, at: 0x200),
            let version = prefix.littleEndian(UInt16.self, at: 0x206),
            let textOffset = prefix.littleEndian(UInt16.self, at: 0x20e),
            let loadFlags = prefix.littleEndian(UInt8.self, at: 0x211),
            let initrdLimit = prefix.littleEndian(UInt32.self, at: 0x22c),
            let alignment = prefix.littleEndian(UInt32.self, at: 0x230),
            let relocatable = prefix.littleEndian(UInt8.self, at: 0x234),
            let extendedLoadFlags = prefix.littleEndian(UInt16.self, at: 0x236),
            let commandLineSize = prefix.littleEndian(UInt32.self, at: 0x238),
            let preferredAddress = prefix.littleEndian(UInt64.self, at: 0x258),
            let initSize = prefix.littleEndian(UInt32.self, at: 0x260)
        else { throw .shorterThanHeader(size: fileSize) }

        let setupSize = (setupSectors == 0 ? 5 : Int(setupSectors) + 1) * Self.sectorSize
        self.init(
            bootProtocol: UInt64(version),
            version: textOffset == 0
                ? nil : prefix.prefix(setupSize).text(at: 0x200 + Int(textOffset)),
            loadFlags: UInt64(loadFlags), extendedLoadFlags: UInt64(extendedLoadFlags),
            isRelocatable: relocatable != 0, alignment: UInt64(alignment), preferredAddress: preferredAddress,
            initSize: UInt64(initSize), commandLineLimit: UInt64(commandLineSize),
            initrdAddressLimit: UInt64(initrdLimit),
            isSigned: PortableExecutable.certificateTable(prefix: prefix) != nil)

        guard version >= UInt16(Self.oldestProtocol) else { throw .protocolTooOld(version: version) }
        guard isLoadedHigh else { throw .zImage }
        guard has64BitEntry else { throw .not64Bit }
        guard canBeAbove4GiB else { throw .notAbove4GiB }
        guard isRelocatable else { throw .notRelocatable(preferredAddress: preferredAddress) }
        let headerEnd = 0x202 + Int(jump >> 8)
        guard jump & 0xff == 0xeb, headerEnd >= 0x264, jump >> 8 < 0x80 else {
            throw .headerSizeOutOfRange(end: headerEnd)
        }
        guard alignment.nonzeroBitCount == 1 else { throw .badAlignment(alignment: alignment) }

        let expected = max(
            UInt64(setupSize) + UInt64(codeSize) * 16,
            PortableExecutable.minimumFileSize(prefix: prefix) ?? 0)
        guard fileSize >= expected else { throw .truncated(fileSize: fileSize, expectedSize: expected) }
        let contentSize = fileSize - UInt64(setupSize)
        // The kernel counts whole pages of init_size.
        guard contentSize <= (UInt64(initSize) + 4095) & ~4095 else {
            throw .largerThanInitSize(contentSize: contentSize, initSize: UInt64(initSize))
        }
    }
}

extension ArraySlice<UInt8> {
    /// The ASCII text at `offset`, up to its zero; nil where there is none, or something else in it.
    fileprivate func text(at offset: Int) -> String? {
        let bytes = dropFirst(offset)
        guard let end = bytes.firstIndex(of: 0), end > bytes.startIndex,
            bytes[..<end].allSatisfy({ (0x20...0x7e).contains($0) })
        else { return nil }
        return String(decoding: bytes[..<end], as: UTF8.self)
    }
}
