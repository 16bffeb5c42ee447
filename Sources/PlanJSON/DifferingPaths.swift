import KexecPlan

extension PlanJSON {
    /// The places in the plan file where two plans have other values, such as `segments[2].address`; where a list has
    /// other elements than the other, or an object other keys, its own place. Empty for plans of one identity.
    public static func differingPaths(_ old: AnyPlan, _ new: AnyPlan) -> [String] {
        old.json.differingPaths(from: new.json, path: "")
    }
}

extension JSONValue {
    /// Texts are compared as they are written: by their bytes.
    fileprivate func differingPaths(from other: JSONValue, path: String) -> [String] {
        switch (self, other) {
        case (.object(let members, _), .object(let others, _))
        where members.map(\.key) == others.map(\.key):
            return zip(members, others).flatMap { member, other in
                member.value.differingPaths(
                    from: other.value, path: path.isEmpty ? member.key : "\(path).\(member.key)")
            }
        case (.array(let elements), .array(let others)) where elements.count == others.count:
            return zip(elements, others).enumerated().flatMap { index, pair in
                pair.0.differingPaths(from: pair.1, path: "\(path)[\(index)]")
            }
        default:
            return JSONWriter.canonical(self) == JSONWriter.canonical(other) ? [] : [path]
        }
    }
}
