import Emitter
import KexecPlan
import Proof

extension Verification {
    /// The most bytes of a segment that kplan generates (page tables, purgatory) to read or to make. Those of a plan that
    /// keeps the rules are far below; an edited one may ask for anything.
    static let generatedLimit = 16 << 20

    /// The proof of the page tables.
    ///
    /// - Parameters:
    ///   - found: the bytes of their segment; nil where there are none.
    ///   - isMade: whether they may be made from the plan then. It alone says them.
    static func pageTables(_ plan: Plan, _ found: [UInt8]?, isMade: Bool) -> Check {
        let name = "page-tables"
        guard let tables = plan.pageTables else {
            return Check(name, .ok("none; \(Messages.mmuOff(plan.mmuOff))"))
        }
        guard let segment = plan.segment(.pageTables) else {
            return Check(name, .no(["there is no segment for them"]))
        }
        do throws(Failure) {
            let made: [UInt8]? = if found == nil, isMade { try pageTableBytes(of: plan) } else { nil }
            guard let bytes = found ?? made else {
                return Check(name, .skipped("there are no bytes of them"))
            }
            let proof = proof(of: tables, bytes, in: segment, of: plan)
            return Check(
                name,
                ok: """
                    \(UInt64(clamping: proof.tableCount).counted("table")), no fewer would do; they map \(Messages.size(proof.mappedBytes)) to \
                    itself, all that purgatory touches and nothing else; nothing writable executes\
                    \(plan.purgatory.contract == .kplan ? "" : " but purgatory itself"); the same at EL1, EL2 and EL2 with \
                    E2H\(tables.registers == nil ? ", with the registers that the 2017 series sets by itself" : "")
                    """, findings: Messages.texts(for: proof))
        } catch {
            return Check(name, error)
        }
    }

    /// The proof of these bytes of a plan's segment.
    static func proof(
        of tables: PageTablePlan, _ bytes: [UInt8], in segment: Segment, of plan: Plan
    ) -> PageTableProof {
        PageTableProof(
            of: tables, bytes: bytes, at: segment.address,
            expecting: plan.pageTableExpectation(tables.granule))
    }

    /// The bytes of a plan's page tables, made from the plan.
    static func pageTableBytes(of plan: Plan) throws(Failure) -> [UInt8] {
        if let size = plan.segment(.pageTables)?.contentSize, size > UInt64(generatedLimit) {
            throw Failure(
                """
                the page tables have \(Messages.size(size)); more than \(Messages.size(UInt64(generatedLimit))) are not made
                """)
        }
        return try explaining("they can't be made", status: .no) { try Emitter.pageTables(of: plan) }
    }
}
