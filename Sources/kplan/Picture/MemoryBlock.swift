import Arm64
import KexecPlan

/// A piece of memory in a picture, with its name where there is room for it. Lengths are in tenths of a pixel.
struct MemoryBlock {
    let piece: MemoryPiece
    /// Whether all of it is drawn.
    let isWhole: Bool
    let x: Int
    let y: Int
    let width: Int
    let height: Int

    func drawn(_ style: Style) -> Markup {
        let kind = Palette.style(of: piece)
        // Too small for a name: the colour has to do.
        if !piece.segments.isEmpty, height < 100 {
            return Shape.group(piece.label(style), [Shape.rectangle(x, y, width, height, kind)])
        }
        var shapes = [Shape.rectangle(x, y, width, height, "\(kind) tint")]
        if piece.isThere, !piece.isFree { shapes.append(Shape.rectangle(x, y, 160, height, kind)) }
        if piece.isWrong { shapes.append(Shape.rectangle(x + 10, y + 10, width - 20, height - 20, "wrong")) }
        let (left, right) = (x + 240, x + width - 60)
        let room = (right - left) / Shape.character
        let size = piece.range.size.humanSize
        let name = piece.name(style)
        let short = Shape.shortened(name, columns: room - size.count - 8)
        let middle = y + height / 2
        if piece.segments.isEmpty {
            if height >= 150 {
                let text = isWhole ? size : "of \(size)"
                shapes += [
                    Shape.text(left, middle + 40, short, "faint"),
                    Shape.text(right, middle + 40, text, "end faint"),
                ]
            }
        } else if height >= 340 {
            shapes += [
                Shape.text(left, middle - 30, short, "strong"), Shape.text(right, middle - 30, size, "end"),
                Shape.text(left, middle + 120, "\(piece.range)"),
            ]
        } else if height >= 150 {
            shapes += [Shape.text(left, middle + 40, short, "strong")]
            let rest = room - Shape.columns(short) - 1
            let texts = ["\(piece.range) \(size)", "\(piece.range)", size]
            if let text = texts.first(where: { Shape.columns($0) <= rest }) {
                shapes.append(Shape.text(right, middle + 40, text, "end"))
            }
        }
        return Shape.group(piece.label(style), shapes)
    }
}

extension MemoryPiece {
    /// Whether there is RAM, or something in it.
    var isThere: Bool { isRAM || reservation != nil || !segments.isEmpty }

    /// Name, addresses and size.
    func label(_ style: Style) -> String { "\(name(style)): \(range), \(range.size.humanSize)" }
}

extension [MemoryPiece] {
    /// Those that share a byte with a range.
    func within(_ range: AddressRange) -> ArraySlice<MemoryPiece> {
        let first = bisected { $0.range.end <= range.start }
        let last = bisected { $0.range.start < range.end }
        return self[first..<Swift.max(first, last)]
    }
}

extension MemoryScale {
    /// How much memory a pixel stands for.
    func text(_ x: Int, _ y: Int, _ style: String = "") -> Markup {
        let bytes = bytesPerTenth.multipliedReportingOverflow(by: 10)
        return Shape.text(
            x, y, "1 px = \((bytes.overflow ? .max : bytes.partialValue).humanSize)", "faint \(style)")
    }
}
