import KexecPlan

extension FileLoadKernel {
    /// How many of a file's first bytes are enough for `init(prefix:fileSize:)`.
    public static let prefixSize = max(KernelImage.prefixSize, BzImage.prefixSize)

    /// Reads the header of a kernel that kexec_file_load takes: on arm64 an Image (arch/arm64/kernel/kexec_image.c), on
    /// x86_64 a bzImage (arch/x86/kernel/kexec-bzimage64.c). The file tells which it is.
    ///
    /// - Parameters:
    ///   - prefix: The file's first `prefixSize` bytes, or all where it has fewer.
    ///   - fileSize: The size of the whole file, in bytes.
    public init(prefix: [UInt8], fileSize: UInt64) throws(FileLoadKernelError) {
        switch KernelFileKind(prefix: prefix) {
        case .bzImage:
            do throws(BzImageError) {
                self = .x86(try BzImage(prefix: prefix, fileSize: fileSize))
            } catch { throw .x86(error) }
        case .arm64Image:
            do throws(ImageError) {
                self = .arm64(try KernelImage(prefix: prefix, fileSize: fileSize))
            } catch { throw .arm64(error) }
        case let kind: throw .neither(looksLike: kind)
        }
    }
}

extension FileLoadKernel {
    /// Whether a kernel's file has a signature, whoever made it (a certificate table in its PE header).
    /// - Parameter prefix: The file's first `prefixSize` bytes, or all where it has fewer.
    public static func isSigned(prefix: [UInt8]) -> Bool {
        PortableExecutable.certificateTable(prefix: prefix) != nil
    }
}

/// Why a file isn't a kernel that kexec_file_load takes.
public enum FileLoadKernelError: Error, Equatable, Sendable {
    /// It is an arm64 Image that can't be loaded.
    case arm64(ImageError)
    /// It is a bzImage that can't be loaded.
    case x86(BzImageError)
    /// It is no kernel of these architectures.
    case neither(looksLike: KernelFileKind)
}
