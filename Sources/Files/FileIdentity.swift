import Glibc

/// Which file a path leads to, whatever it is called: two paths with equal identities are one file.
public struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64

    /// The file at `path`, links followed; nil where there is none.
    public init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }
}

/// The absolute path of a file, links followed; `path` as it is where there is none.
public func realPath(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
}

/// The path of what a link leads to, whether that is there or not; `path` as it is where it is no link.
func linkTarget(_ path: String) -> String {
    var target = path
    // What leads to itself leads nowhere (path_resolution(7)).
    for _ in 0..<40 {
        var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(target, &bytes, bytes.count)
        guard count > 0 else { return target }
        let next = String(decoding: bytes.prefix(count), as: UTF8.self)
        let folder = target.lastIndex(of: "/").map { target[...$0] } ?? ""
        target = next.hasPrefix("/") ? next : folder + next
    }
    return path
}
