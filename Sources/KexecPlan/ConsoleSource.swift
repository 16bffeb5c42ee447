/// Who said where purgatory prints: what a plan that is made again for another machine goes by.
public enum ConsoleSource: Equatable, Sendable {
    /// Who asked: an address, or that nothing be printed.
    case given
    /// Nobody: the device tree's `/chosen/stdout-path`, if it leads to a UART.
    case unasked
    /// The device tree's `/chosen/stdout-path`, which was asked for.
    case stdoutPath
    /// The device tree, for the UART that the kernel calls by this name, such as `ttyAMA0`.
    case port(String)

    /// The form that plans hold: a word, or the port's name.
    public var word: String {
        switch self {
        case .given: "given"
        case .unasked: "unasked"
        case .stdoutPath: "stdout-path"
        case .port(let name): name
        }
    }

    /// The source that a word stands for; nil for any other text.
    public init?(word: String) {
        let words: [ConsoleSource] = [.given, .unasked, .stdoutPath]
        if let known = words.first(where: { $0.word.utf8.elementsEqual(word.utf8) }) {
            self = known
        } else if word.utf8.starts(with: "tty".utf8), word.utf8.count > 3,
            word.utf8.allSatisfy({ Self.isLetterOrDigit($0) })
        {
            self = .port(word)
        } else {
            return nil
        }
    }

    private static func isLetterOrDigit(_ character: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= character
            || UInt8(ascii: "a")...UInt8(ascii: "z") ~= character | 0x20
    }
}
