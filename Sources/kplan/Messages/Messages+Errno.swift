import Glibc

extension Messages {
    /// The system's words for an errno, with its name: `No such file or directory (ENOENT)`.
    static func text(errno code: Int32) -> String {
        let name = errnoNames[code] ?? "errno \(code)"
        return strerror(code).map { "\(String(cString: $0)) (\(name))" } ?? name
    }

    /// What the system calls that kplan makes may fail with (errno(3)).
    private static let errnoNames: [Int32: String] = [
        EPERM: "EPERM", ENOENT: "ENOENT", EINTR: "EINTR", EIO: "EIO", ENXIO: "ENXIO", E2BIG: "E2BIG",
        ENOEXEC: "ENOEXEC", EBADF: "EBADF", EAGAIN: "EAGAIN", ENOMEM: "ENOMEM", EACCES: "EACCES",
        EFAULT: "EFAULT", EBUSY: "EBUSY", EEXIST: "EEXIST", EXDEV: "EXDEV", ENODEV: "ENODEV",
        ENOTDIR: "ENOTDIR", EISDIR: "EISDIR", EINVAL: "EINVAL", ENFILE: "ENFILE", EMFILE: "EMFILE",
        ENOTTY: "ENOTTY", ETXTBSY: "ETXTBSY", EFBIG: "EFBIG", ENOSPC: "ENOSPC", ESPIPE: "ESPIPE",
        EROFS: "EROFS", EMLINK: "EMLINK", EPIPE: "EPIPE", ERANGE: "ERANGE", ENAMETOOLONG: "ENAMETOOLONG",
        ENOSYS: "ENOSYS", ENOTEMPTY: "ENOTEMPTY", ELOOP: "ELOOP", EOVERFLOW: "EOVERFLOW",
        EOPNOTSUPP: "EOPNOTSUPP", EADDRNOTAVAIL: "EADDRNOTAVAIL", ETIMEDOUT: "ETIMEDOUT", ESTALE: "ESTALE",
        EDQUOT: "EDQUOT", ENOKEY: "ENOKEY", EKEYREJECTED: "EKEYREJECTED", ENOPKG: "ENOPKG",
        EBADMSG: "EBADMSG",
        ELIBBAD: "ELIBBAD", EMSGSIZE: "EMSGSIZE", ENODATA: "ENODATA",
    ]
}
