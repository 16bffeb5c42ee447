import KexecPlan
import PlanJSON

/// A plan that was read from a file.
struct PlanFile<Content> {
    let plan: Content
    /// What messages call it: its path.
    let path: String
    /// The bundle that it is in, with its inputs; nil for a file of its own.
    var bundle: OpenedBundle?

    /// Another form of this plan, from the same place.
    func with<Other>(_ plan: Other) -> PlanFile<Other> {
        PlanFile<Other>(plan: plan, path: path, bundle: bundle)
    }

    /// The folder that the plan is in.
    var folder: String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

extension PlanFile<AnyPlan> {
    /// Reads the plan at `path`, without checking its rules.
    init(_ path: String) throws(Failure) {
        try self.init(PlanDocument(reading: path))
    }

    /// The plan in a document, without its rules checked.
    init(_ document: PlanDocument) throws(Failure) {
        path = document.path
        bundle = document.bundle
        plan = try explaining(path) {
            do {
                return try PlanJSON.decode(document.bytes)
            } catch {
                guard (try? MachineJSON.decode(document.bytes)) != nil else { throw error }
                throw Failure("\(Messages.printable(document.path)): \(Messages.captureIsNoPlan)")
            }
        }
        try bundle?.check(against: plan)
    }

    /// Fails with the rules that the plan breaks.
    func checkRules() throws(Failure) {
        try plan.checkRules(Self.breaksRules(path))
    }
}

extension PlanFile<Plan> {
    /// The same as a plan of either kind.
    var any: PlanFile<AnyPlan> { with(.kexecLoad(plan)) }

    /// Reads the plan at `path`, for a command that does `what` with segments: with a plan for kexec_file_load the kernel
    /// makes them.
    init(_ path: String, to what: String) throws(Failure) {
        let file = try PlanFile<AnyPlan>(path)
        guard case .kexecLoad(let plan) = file.plan else {
            throw Failure("\(Messages.printable(path)): \(Messages.text(noSegmentsTo: what))")
        }
        self = file.with(plan)
    }

    /// Fails with the rules that the plan breaks.
    func checkRules() throws(Failure) {
        try plan.checkRules(Self.breaksRules(path))
    }
}

extension PlanFile<FileLoadPlan> {
    /// The same as a plan of either kind.
    var any: PlanFile<AnyPlan> { with(.kexecFileLoad(plan)) }

    /// Fails with the rules that the plan breaks.
    func checkRules() throws(Failure) {
        try AnyPlan.kexecFileLoad(plan).checkRules(Self.breaksRules(path))
    }
}

extension PlanFile {
    fileprivate static func breaksRules(_ path: String) -> String {
        "\(path): the plan breaks rules; make it anew, or correct it"
    }
}

extension AnyPlan {
    /// The plan's identity: the SHA-256 of its canonical form (RFC 8785).
    var id: String {
        SHA256Digest(hashing: PlanJSON.canonical(self)).hex
    }

    /// Fails with the rules that the plan breaks, after `what`.
    func checkRules(_ what: String) throws(Failure) {
        if let broken = brokenRules(what) { throw Failure(broken, status: .no) }
    }

    /// The rules that the plan breaks, a line each, after `what`; nil where there are none.
    func brokenRules(_ what: String) -> String? {
        let violations = violations()
        guard !violations.isEmpty else { return nil }
        // One cause may break hundreds of rules; the first lines say what it is.
        let shown = 20
        var lines = [what + ":"] + violations.prefix(shown).map { "  " + Messages.text(for: $0) }
        if violations.count > shown { lines.append("  and \(violations.count - shown) more") }
        return lines.joined(separator: "\n")
    }
}

extension Plan {
    /// The plan's identity.
    var id: String { AnyPlan.kexecLoad(self).id }

    /// Fails with the rules that the plan breaks, after `what`.
    func checkRules(_ what: String) throws(Failure) {
        try AnyPlan.kexecLoad(self).checkRules(what)
    }

    /// The rules that the plan breaks, a line each, after `what`; nil where there are none.
    func brokenRules(_ what: String) -> String? { AnyPlan.kexecLoad(self).brokenRules(what) }
}
