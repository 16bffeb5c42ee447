import Executor
import Files
import KexecPlan

/// The time in which one kplan changes what is loaded, and keeps the record of it. It has the lock until it goes.
final class LoadSession {
    private let folder: RuntimeFolder
    private let type: KexecType
    /// The plan that is to be loaded; nil to unload.
    private let plan: LoadedPlan?
    /// nil where the folder can't be had, as in an initramfs without /run.
    private let lock: FileLock?
    /// What didn't work and changes nothing but what `kplan status` will know.
    private(set) var notes: [String] = []

    /// Begins to load a plan; fails where another kplan is at it.
    /// - Parameter root: the folder that stands for `/`.
    convenience init(_ plan: LoadedPlan, root: String = "/") throws(Failure) {
        try self.init(plan.type, plan, "apply of \(plan.text)", root)
    }

    /// Begins to unload; fails where another kplan is at it.
    convenience init(unloading type: KexecType, root: String = "/") throws(Failure) {
        try self.init(type, nil, "unload", root)
    }

    /// Begins to jump into what is loaded; fails where another kplan is changing that.
    convenience init(executingOn root: String = "/") throws(Failure) {
        try self.init(.normal, nil, "kexec --exec", root)
    }

    /// - Parameter what: what this one does, for the message of another one.
    private init(_ type: KexecType, _ plan: LoadedPlan?, _ what: String, _ root: String) throws(Failure) {
        self.type = type
        self.plan = plan
        folder = RuntimeFolder(root: root)
        let attempt: FileLock.Attempt
        do throws(FileError) {
            try folder.make()
            attempt = try folder.lock(what)
        } catch {
            lock = nil
            notes.append(
                """
                \(error.path): \(Messages.text(error)): another kplan is not kept out, and kplan status won't know \
                what is loaded
                """)
            return
        }
        switch attempt {
        case .held(let lock): self.lock = lock
        case .taken(let process, let note):
            let holder = [process.map { "pid \($0)" }, note.map(Messages.printable)].compactMap(\.self)
            let who = holder.isEmpty ? "" : " (\(holder.joined(separator: ", ")))"
            throw Failure("another kplan\(who) is changing what is loaded: wait for it, or end it")
        }
    }

    /// Loads the plan by `body`. Whatever ends the process meanwhile, the record is true.
    func load(_ body: () throws(Failure) -> Void) throws(Failure) {
        guard let plan else { return try body() }
        let images = LoadedImages(root: folder.root)
        guard lock != nil, let bootID = images.bootID else {
            if lock != nil {
                notes.append("/proc/sys/kernel/random/boot_id can't be read: nothing is recorded")
            }
            // What a record says of what was there before would be wrong afterwards.
            try forget()
            return try body()
        }
        let before = try self.before(bootID, images)
        do throws(FileError) {
            try folder.write(before.replacing(with: plan), type)
        } catch {
            notes.append("\(error.path): \(Messages.text(error)): kplan status won't know what is loaded")
            try forget()
            return try body()
        }
        do throws(Failure) {
            try body()
        } catch {
            // A crash kernel goes before another one is loaded.
            let isGone = (try? images.loaded(type)) == .known(false)
            try? folder.write(isGone || before.candidates.isEmpty ? nil : before, type)
            throw error
        }
        record(LoadRecord(bootID: bootID, candidates: [plan], mayBeOther: false))
    }

    /// Unloads by `body`. A record of what isn't loaded any more is true until it is removed.
    func unload(_ body: () throws(Failure) -> Void) throws(Failure) {
        try body()
        record(nil)
    }

    /// Says what didn't work.
    func printNotes() {
        for note in notes { printError("kplan: note: \(note)") }
    }

    /// What may be loaded now.
    private func before(_ bootID: String, _ images: LoadedImages) throws(Failure) -> LoadRecord {
        let nothing = LoadRecord(bootID: bootID, candidates: [], mayBeOther: false)
        let something = LoadRecord(bootID: bootID, candidates: [], mayBeOther: true)
        if (try? images.loaded(type)) == .known(false) { return nothing }
        guard let record = try? folder.record(type), record.bootID == bootID else { return something }
        return record
    }

    private func record(_ record: LoadRecord?) {
        guard lock != nil else { return }
        do throws(FileError) {
            try folder.write(record, type)
        } catch {
            notes.append(
                "\(error.path): \(Messages.text(error)): kplan status won't know for sure what is loaded")
        }
    }

    /// Removes the record; fails where there is one that stays.
    private func forget() throws(Failure) {
        guard folder.hasRecord(type) else { return }
        do throws(FileError) {
            try folder.write(nil, type)
        } catch {
            throw Failure(
                """
                \(error.path): \(Messages.text(error)): it would go on saying what was loaded before; nothing was \
                loaded
                """)
        }
    }
}
