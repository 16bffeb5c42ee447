import Executor
import Files
import Glibc
import KexecPlan
import PlanJSON

/// `/run/kplan`: the lock that one kplan holds while it changes what is loaded, and a record for each type of kexec of what
/// that is.
struct RuntimeFolder {
    /// The folder that stands for `/`.
    let root: String

    /// Its path.
    var path: String { (root.hasSuffix("/") ? root : root + "/") + "run/kplan" }

    private func recordPath(_ type: KexecType) -> String {
        "\(path)/\(type == .crash ? "crash" : "loaded").json"
    }

    /// Makes the folder. `/run` itself has to be there: made by us, it would be hidden by what is mounted there later.
    func make() throws(FileError) {
        try Folder.check(String(path.dropLast("/kplan".count)))
        try Folder.make(path)
    }

    /// Asks for the lock. Nobody waits for it: what the other does may take long, and changes the answer.
    /// - Parameter note: what the other is told.
    func lock(_ note: String) throws(FileError) -> FileLock.Attempt {
        let attempt = try FileLock.attempt("\(path)/lock", note: note)
        if case .held = attempt { try AtomicFile.removeLeftovers(in: path) }
        return attempt
    }

    /// The record; nil where there is none.
    func record(_ type: KexecType) throws(RecordError) -> LoadRecord? {
        let path = recordPath(type)
        do {
            return try LoadRecordJSON.decode(
                MappedFile(path).withUnsafeBytes { Array($0.prefix(LoadRecordJSON.maximumSize + 1)) })
        } catch FileError.failed(.open, _, ENOENT) {
            return nil
        } catch let error as PlanDecodingError {
            throw RecordError(path: path, reason: Messages.text(error, of: "record"))
        } catch {
            throw RecordError(path: path, reason: Messages.text(for: error))
        }
    }

    /// Whether there is a record, whatever it says.
    func hasRecord(_ type: KexecType) -> Bool { FileIdentity(recordPath(type)) != nil }

    /// Writes the record, readable for all, or removes it.
    func write(_ record: LoadRecord?, _ type: KexecType) throws(FileError) {
        if let record {
            try AtomicFile.write(LoadRecordJSON.encode(record), to: recordPath(type), mode: 0o644)
        } else {
            try AtomicFile.remove(recordPath(type))
        }
    }

    /// Where what is loaded comes from, if anything is. To be read before what the kernel says: a record names a plan before
    /// it is loaded.
    func origin(_ type: KexecType) -> LoadOrigin {
        do throws(RecordError) {
            return LoadOrigin(record: try record(type), bootID: LoadedImages(root: root).bootID)
        } catch {
            return .unreadable(path: error.path, reason: error.reason)
        }
    }
}

/// A record that can't be read.
struct RecordError: Error {
    let path: String
    /// Why, for people.
    let reason: String
}
