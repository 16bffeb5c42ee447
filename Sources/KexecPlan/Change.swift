/// A value in an old plan and in a new one, which differ. nil is for a plan that has none.
public struct Change<Value: Equatable & Sendable>: Equatable, Sendable {
    /// What the old plan has.
    public let old: Value?
    /// What the new plan has.
    public let new: Value?

    /// The change from one to the other; nil where they are the same.
    public init?(from old: Value?, to new: Value?) {
        guard old != new else { return nil }
        self.old = old
        self.new = new
    }

    /// A change from `old` to `new`, which are known to differ in what is compared.
    init(old: Value?, new: Value?) {
        self.old = old
        self.new = new
    }
}

extension Change<String> {
    /// The same of texts, whose bytes are compared: Swift's equality takes two ways to write an `é` for the same.
    public init?(from old: String?, to new: String?) {
        guard old.map({ Array($0.utf8) }) != new.map({ Array($0.utf8) }) else { return nil }
        self.init(old: old, new: new)
    }
}
