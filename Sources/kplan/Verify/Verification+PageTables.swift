import Emitter
import KexecPlan
import Proof

extension Verification {
    /// The proof of the page tables.
    ///
    /// - Parameters:
    ///   - found: the bytes of their segment; nil where there are none.
    ///   - isMade: whether they may be made from the plan then. It alone says them.
    static func pageTables(_ plan: Plan, _ found: [UInt8]?, isMade: Bool) -> Check {
        let name = "page-tables"
        guard let tables = plan.pageTables else {
            return Check(name, .ok("none; MMU off: \(plan.mmuOff?.rawValue ?? "the plan doesn't say why")"))
        }
        guard let segment = plan.segment(.pageTables) else {
            return Check(name, .no(["there is no segment for them"]))
        }
        do throws(Failure) {
            let made: [UInt8]? = if found == nil, isMade { try pageTableBytes(of: plan) } else { nil }
            guard let bytes = found ?? made else {
                return Check(name, .skipped("there are no bytes of them"))
            }
            let proof = PageTableProof(
                of: tables, bytes: bytes, at: segment.address,
                expecting: plan.pageTableExpectation(tables.granule))
            return Check(
                name,
                ok: """
                    \(UInt64(clamping: proof.tableCount).counted("table")), no fewer would do; they map \(Messages.size(proof.mappedBytes)) to \
                    itself, all that purgatory touches and nothing else; nothing writable executes\
                    \(plan.purgatory.contract == .kplan ? "" : " but purgatory itself"); the same at EL1, EL2 and EL2 with \
                    E2H
                    """, findings: proof.findings.map { Messages.text(for: $0) })
        } catch {
            return Check(name, error)
        }
    }

    /// The bytes of a plan's page tables, made from the plan.
    static func pageTableBytes(of plan: Plan) throws(Failure) -> [UInt8] {
        // What a plan maps that keeps the rules takes a few MiB; an edited one may ask for anything.
        let limit: UInt64 = 256 << 20
        if let size = plan.segment(.pageTables)?.contentSize, size > limit {
            throw Failure(
                "the page tables have \(Messages.size(size)); more than \(Messages.size(limit)) are not made")
        }
        return try explaining("they can't be made", status: .no) { try Emitter.pageTables(of: plan) }
    }
}
