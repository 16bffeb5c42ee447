import Glibc

/// Folders.
public enum Folder {
    /// Fails where `path` is no folder that can be read.
    public static func check(_ path: String) throws(FileError) {
        guard let folder = opendir(path) else { throw .failed(.open, path: path, errno: errno) }
        closedir(folder)
    }

    /// Whether there is a folder at `path`.
    public static func isFolder(_ path: String) -> Bool { (try? check(path)) != nil }

    /// The names of what is in the folder `path`, hidden files too, in order.
    public static func names(in path: String) throws(FileError) -> [String] {
        guard let folder = opendir(path) else { throw .failed(.open, path: path, errno: errno) }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names.filter { $0 != "." && $0 != ".." }.sorted()
    }

    /// Makes the folder `path`, and those above it, with mode 0777 less the umask; what is there already is left as
    /// it is.
    public static func make(_ path: String) throws(FileError) {
        if mkdir(path, 0o777) == 0 { return }
        var failure = errno
        if failure == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try make(String(path[..<slash]))
            if mkdir(path, 0o777) == 0 { return }
            failure = errno
        }
        var status = stat()
        if failure == EEXIST, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
        throw .failed(.makeFolder, path: path, errno: failure)
    }
}
