import Files

/// Whose signature a plan needs on a machine: what its administrator demands of every plan, and what is asked for besides.
/// Each demand has to be met, so that no option weakens the machine's.
struct SigningPolicy {
    let demands: [SigningDemand]

    /// Where a machine's demand is, under the folder that stands for `/`. Where there is no such file, none is made.
    static let machineFile = "etc/kplan/allowed_signers"

    /// The demands of a machine, and of `options`.
    /// - Parameter root: the folder that stands for `/`; nil for no machine.
    init(of root: String?, _ options: SigningOptions) throws(Failure) {
        let machine = try root.map { root throws(Failure) in try Self.machine(root) } ?? nil
        let given = try options.allowedSigners.map { path throws(Failure) in
            try SigningDemand(reading: path, principal: options.signer)
        }
        demands = [machine, given].compactMap(\.self)
    }

    init(_ demands: [SigningDemand]) {
        self.demands = demands
    }

    /// Fails where a demand is not met.
    /// - Parameter signature: finds the plan's signature, where one is needed.
    func require(
        of plan: PlanDocument, _ signature: () throws(Failure) -> SignatureFile
    ) throws(Failure) {
        for demand in demands {
            do throws(Failure) {
                _ = try demand.signer(of: plan, by: signature())
            } catch {
                throw Failure(
                    """
                    \(Messages.printable(plan.path)): is not signed as \(Messages.printable(demand.path)) demands: \
                    \(error.text)
                    """, status: error.status)
            }
        }
    }

    /// A check for each demand, which says who has signed.
    func checks(of plan: PlanDocument, _ signature: () throws(Failure) -> SignatureFile) -> [Check] {
        demands.map { demand in
            do throws(Failure) {
                return Check("signature", .ok(try demand.signer(of: plan, by: signature())))
            } catch {
                return Check("signature", error)
            }
        }
    }

    /// The checks of a plan, wherever its signature is by the options; that the demands can't be told is one too.
    static func checks(of plan: PlanDocument, on root: String?, _ options: SigningOptions) -> [Check] {
        do throws(Failure) {
            return try SigningPolicy(of: root, options).checks(of: plan) { () throws(Failure) in
                try options.signatureFile(of: plan)
            }
        } catch {
            return [Check("signature", error)]
        }
    }

    /// Fails where the machine demands signatures: for what has no plan that could be signed.
    static func refuse(_ what: String, on root: String) throws(Failure) {
        guard let demand = try machine(root) else { return }
        throw Failure(
            """
            \(what): \(demand.path) lets no plan be loaded that is not signed, and this one is made in memory: make it with \
            kplan make, have it signed (kplan sign), and kplan apply it
            """, status: .no)
    }

    /// What a machine's administrator demands; nil for nothing. Fails where there is a file that can't be read, or that another
    /// may change: without it, everything would be allowed.
    private static func machine(_ root: String) throws(Failure) -> SigningDemand? {
        let path = MachineFiles(root: root).path(machineFile)
        let folder = MachineFiles(root: root).path("etc/kplan")
        do throws(Failure) {
            guard let own = try explaining(path, { try FileOwner.of(path) }) else {
                // A folder that is a link to what is not there, as a disk that is not mounted yet, would have it.
                if try explaining(folder, { try FileOwner.of(folder) }) != nil {
                    try explaining(folder) { try Folder.check(folder) }
                }
                return nil
            }
            // A copy is its folder's owner's.
            let due = root == "/" ? 0 : try explaining(root, { try FileOwner.of(realPath(root))?.user ?? 0 })
            let file = try explaining(path) { try OpenedFile(path) }
            let target = PlanFile(plan: (), path: realPath(path)).folder
            let owners = try [
                (path, own), (path, explaining(path) { try file.owner() }),
                (folder, explaining(folder) { try FileOwner.of(realPath(folder)) }),
                // Where a link leads.
                (target, explaining(target) { try FileOwner.of(target) }),
            ]
            for (path, owner) in owners {
                guard let owner else { continue }
                try check(owner, of: path, due: due)
            }
            let bytes = try explaining(path) { () throws(FileError) in try file.bytes() }
            guard bytes.count <= SigningDemand.sizeLimit else {
                throw Failure(
                    "\(path): \(Messages.text(.tooLarge(path: path, limit: SigningDemand.sizeLimit)))")
            }
            return try SigningDemand(bytes.withUnsafeBytes { Array($0) }, path: path)
        } catch {
            throw Failure(
                "\(error.text): nothing is loaded until root has put that right, or has removed the file",
                status: error.status)
        }
    }

    /// Fails where somebody else than root may change what is at `path`.
    static func check(_ owner: FileOwner, of path: String, due user: UInt32) throws(Failure) {
        guard owner.user == user else {
            throw Failure("\(path): is owned by user \(owner.user), and has to be root's (chown root)")
        }
        guard !owner.isWritableByOthers else {
            throw Failure("\(path): others than its owner may write to it (chmod go-w)")
        }
    }
}
