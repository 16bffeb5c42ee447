import KexecPlan

extension FileLoadKernel {
    /// How many of a file's first bytes are enough for `init(prefix:fileSize:)`.
    public static let prefixSize = KernelImage.prefixSize

    /// Reads the header of a kernel that kexec_file_load takes: on arm64 an Image alone (arch/arm64/kernel/kexec_image.c).
    ///
    /// - Parameters:
    ///   - prefix: The file's first `prefixSize` bytes, or all where it has fewer.
    ///   - fileSize: The size of the whole file, in bytes.
    public init(prefix: [UInt8], fileSize: UInt64) throws(ImageError) {
        self = .arm64(try KernelImage(prefix: prefix, fileSize: fileSize))
    }
}
