import Glibc

/// Folders.
public enum Folder {
    /// Fails where `path` is no folder that can be read.
    public static func check(_ path: String) throws(FileError) {
        guard let folder = opendir(path) else { throw .failed(.open, path: path, errno: errno) }
        closedir(folder)
    }

    /// Makes the folder `path` with mode 0777 less the umask; one that is there already is left as it is.
    public static func make(_ path: String) throws(FileError) {
        if mkdir(path, 0o777) == 0 { return }
        let failure = errno
        var status = stat()
        if failure == EEXIST, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
        throw .failed(.makeFolder, path: path, errno: failure)
    }
}
