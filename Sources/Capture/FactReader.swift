import Files
import Glibc
import KexecPlan

/// Reads the files of a machine, and notes what can't be read.
struct FactReader {
    let files: MachineFiles
    private(set) var unreadable: [MachineCapture.Unreadable] = []

    init(_ files: MachineFiles) {
        self.files = files
    }

    /// Notes that a place of the document has nothing.
    mutating func note(_ what: String, _ path: String, _ reason: MachineCapture.Reason) {
        unreadable.append(.init(what: what, path: "/" + path, reason: reason))
    }

    /// Takes back what was noted of a place, where another file has said it.
    mutating func forget(_ what: String) {
        unreadable.removeAll { $0.what == what }
    }

    /// Notes why a file could not be read.
    mutating func note(_ what: String, _ path: String, _ error: FileError) {
        switch error {
        case .failed(_, _, ENOENT), .failed(_, _, ENOTDIR): note(what, path, .absent)
        case .failed(_, _, EACCES), .failed(_, _, EPERM): note(what, path, .forbidden)
        case .failed(_, _, let errno):
            unreadable.append(.init(what: what, path: "/" + path, reason: .failed, errno: Int(errno)))
        default: note(what, path, .malformed)
        }
    }

    /// The bytes of a file, for a place of the document; noted where it can't be read.
    mutating func bytes(_ path: String, for what: String) -> [UInt8]? {
        do throws(FileError) {
            if let bytes = try files.bytes(path) { return bytes }
            note(what, path, .absent)
        } catch {
            note(what, path, error)
        }
        return nil
    }

    /// The text of a file, without white space at its ends.
    mutating func text(_ path: String, for what: String) -> String? {
        do throws(FileError) {
            if let text = try files.content(path) { return text }
            note(what, path, .absent)
        } catch {
            note(what, path, error)
        }
        return nil
    }

    /// What `read` makes of a file's text; noted as malformed where that is nil.
    mutating func value<Value>(
        _ path: String, for what: String, _ read: (String) -> Value?
    ) -> Value? {
        guard let text = text(path, for: what) else { return nil }
        guard let value = read(text) else {
            note(what, path, .malformed)
            return nil
        }
        return value
    }

    /// A `0` or `1`.
    mutating func flag(_ path: String, for what: String) -> Bool? {
        value(path, for: what) { ["0": false, "1": true][$0] }
    }

    /// The names in a folder; noted where it can't be read, or is not there.
    mutating func names(_ path: String, for what: String) -> [String]? {
        do throws(FileError) {
            let names = try files.entries(in: path)
            if !names.isEmpty { return names }
            note(what, path, .absent)
        } catch {
            note(what, path, error)
        }
        return nil
    }
}
