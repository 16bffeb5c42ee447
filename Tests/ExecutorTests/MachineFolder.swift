import Files
import Glibc
import Testing

/// A folder that stands for `/`, removed with what is in it.
final class MachineFolder {
    let path: String
    private var made: [String] = []

    init(_ files: [String: String] = [:]) throws {
        var template = Array("/tmp/kplan-machine-XXXXXX".utf8CString)
        let folder = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
        }
        path = try #require(folder)
        for (name, text) in files { try write(text, name) }
    }

    deinit {
        for name in made.reversed() { remove(name) }
        rmdir(path)
    }

    /// Makes a file and the folders that it is in.
    func write(_ text: String, _ name: String) throws {
        try write(Array(text.utf8), name)
    }

    /// Makes a symbolic link and the folders that it is in.
    func link(_ target: String, _ name: String) throws {
        makeFolders(of: name)
        #expect(symlink(target, "\(path)/\(name)") == 0)
        made.append("\(path)/\(name)")
    }

    private func makeFolders(of name: String) {
        var folder = path
        for part in name.split(separator: "/").dropLast() {
            folder += "/\(part)"
            if mkdir(folder, 0o777) == 0 { made.append(folder) }
        }
    }

    /// Makes a file of these bytes and the folders that it is in.
    func write(_ bytes: [UInt8], _ name: String) throws {
        makeFolders(of: name)
        try AtomicFile.write(bytes, to: "\(path)/\(name)")
        made.append("\(path)/\(name)")
    }
}
