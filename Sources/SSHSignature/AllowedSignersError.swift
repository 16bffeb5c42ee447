/// Why a file of allowed signers is not taken: one line that can't be read may be the one that matters.
public struct AllowedSignersError: Error, Equatable, Sendable {
    /// The line's number, from 1.
    public var line: Int
    /// What is wrong with it.
    public var reason: Reason

    /// What is wrong with a line.
    public enum Reason: Error, Equatable, Sendable {
        /// It is no UTF-8.
        case noText
        /// The names at its beginning are missing, or one of them is empty.
        case noPrincipals
        /// A quotation mark has no second one.
        case openQuote
        /// There is no key.
        case noKey
        /// Where the key's type has to be, there is something else.
        case unknownKeyType(String)
        /// A quotation mark or an equals sign is in the principals, or something at once behind their quotation mark.
        case badPrincipals(String)
        /// The key is no base64 in its one form.
        case noBase64
        /// The key is of another type than the line says.
        case otherKeyType(String, line: String)
        /// The key is none.
        case key(SSHSignatureError)
        /// There is no such option.
        case unknownOption(String)
        /// The option's value is not one that it has.
        case badOption(String, String)
        /// The option is there twice.
        case optionTwice(String)
        /// `valid-before` is not later than `valid-after`.
        case neverValid(after: String, before: String)
    }
}
