import KexecPlan

extension Messages {
    static func text(_ error: PurgatoryReportError) -> String {
        let what = "is no report of purgatory: "
        let advice = "; another program's, or of a kplan that this one doesn't know"
        switch error {
        case .size(let size):
            return what + "it has \(size) bytes, a report has \(PurgatoryReport.size)" + advice
        case .notWritten: return what + "it is all zeros"
        case .unknownVersion(let version):
            return what + "it has version \(version), this kplan knows 1" + advice
        case .badFlags(let flags): return what + "its flags are \(UInt64(flags).hex)" + advice
        case .nothingVerified:
            return what + "it says 0 segments, 0 bytes, or a kernel at 0" + advice
        }
    }
}
