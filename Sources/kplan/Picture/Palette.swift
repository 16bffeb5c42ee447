import KexecPlan

/// The colours of pictures, in light and dark, and a pattern to each, so that none is told by its colour alone.
///
/// Source of the colours that tell segments apart: Okabe and Ito, "Color Universal Design", 2008.
enum Palette {
    /// The class of a piece of memory.
    static func style(of piece: MemoryPiece) -> String {
        if let role = piece.segments.first { return role.rawValue }
        if piece.reservation != nil { return "reserved" }
        return piece.isRAM ? "free" : "hole"
    }

    /// What is in memory besides segments: class and name.
    static let others = [("reserved", "reserved"), ("free", "free"), ("hole", "not RAM")]

    /// What the classes mean, in a row from `x` on.
    static func legend(_ entries: [(style: String, name: String)], x: Int, y: Int) -> Markup {
        var x = x
        var shapes: [Markup] = []
        for entry in entries {
            shapes += [
                Shape.rectangle(x, y - 100, 240, 130, "\(entry.style) swatch"),
                Shape.text(x + 320, y, entry.name),
            ]
            x += 320 + Shape.columns(entry.name) * Shape.character + 280
        }
        return .element("g", ["class": "legend"], shapes)
    }

    /// The patterns that the style sheet fills with.
    static var patterns: Markup {
        func pattern(_ name: String, _ size: Int, _ shapes: [Markup]) -> Markup {
            .element(
                "pattern",
                [
                    "id": "pattern-\(name)", "width": "\(size)", "height": "\(size)",
                    "patternUnits": "userSpaceOnUse",
                ],
                [.element("rect", ["class": "ground \(name)", "width": "\(size)", "height": "\(size)"])]
                    + shapes)
        }
        func path(_ data: String) -> Markup { .element("path", ["class": "hatch", "d": data]) }
        return .element(
            "defs", [:],
            [
                pattern("kernel", 8, [path("M-2 2L2 -2M0 8L8 0M6 10L10 6")]),
                pattern(
                    "initrd", 8, [.element("circle", ["class": "dot", "cx": "4", "cy": "4", "r": "1.2"])]),
                pattern("dtb", 6, [path("M0 3H6")]),
                pattern("purgatory", 8, [path("M0 8L8 0M0 0L8 8")]),
                pattern("page-tables", 8, [path("M4 0V8M0 4H8")]),
                pattern("reserved", 6, [path("M-1 5L1 7M0 0L6 6M5 -1L7 1")]),
            ])
    }

    /// The style sheet of all pictures.
    static let sheet: StaticString = """
        :root {
          color-scheme: light dark;
          --ground: #ffffff; --text: #1c2128; --faint: #565f6b; --line: #9aa4b0; --panel: #f3f5f7;
          --free: #e9edf1; --reserved: #c9ced5; --fan: #dfe5ea; --hatch: #00000059; --wrong: #b3261e; --link: #0b57b0;
          --kernel: #009e73; --initrd: #3a8fd0; --dtb: #e69f00; --purgatory: #cc79a7; --page-tables: #8a6fd1;
          --kernel-tint: #dff3ec; --initrd-tint: #e0eefa; --dtb-tint: #fbf0d9; --purgatory-tint: #f8e8f1;
          --page-tables-tint: #ece7f8;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #14181d; --text: #e6eaee; --faint: #a3adb8; --line: #5c6773; --panel: #1d232a;
            --free: #242b33; --reserved: #454e59; --fan: #262e37; --hatch: #ffffff59; --wrong: #ff8a80; --link: #8ab8f5;
            --kernel: #00885f; --initrd: #2f7dbb; --dtb: #b67d00; --purgatory: #ad5f8a; --page-tables: #7459bd;
            --kernel-tint: #12352b; --initrd-tint: #152f45; --dtb-tint: #3a2d10; --purgatory-tint: #3b2331;
            --page-tables-tint: #2a2346;
          }
        }
        @media print {
          :root {
            --ground: #ffffff; --text: #000000; --faint: #444444; --line: #777777; --panel: #f3f5f7;
            --free: #eeeeee; --reserved: #cccccc; --fan: #e4e4e4; --hatch: #00000066; --wrong: #b3261e; --link: #000000;
            --kernel: #009e73; --initrd: #3a8fd0; --dtb: #e69f00; --purgatory: #cc79a7; --page-tables: #8a6fd1;
            --kernel-tint: #dff3ec; --initrd-tint: #e0eefa; --dtb-tint: #fbf0d9; --purgatory-tint: #f8e8f1;
            --page-tables-tint: #ece7f8;
          }
        }
        svg:root { max-width: 100%; height: auto; }
        svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        svg text {
          font: 12px ui-monospace, "DejaVu Sans Mono", "Liberation Mono", Menlo, Consolas, monospace;
          fill: var(--text); white-space: pre; direction: ltr; unicode-bidi: bidi-override;
        }
        svg text.strong { font-weight: bold; }
        svg text.title { font-size: 20px; font-weight: bold; }
        svg text.heading { font-size: 15px; font-weight: bold; }
        svg text.faint { fill: var(--faint); }
        svg text.wrong { fill: var(--wrong); font-weight: bold; }
        svg text.end { text-anchor: end; }
        svg text.middle { text-anchor: middle; }
        .ground { fill: var(--ground); }
        .hatch { stroke: var(--hatch); stroke-width: 1.2; fill: none; }
        .dot { fill: var(--hatch); }
        .free { fill: var(--free); }
        .hole { fill: var(--ground); }
        .ground.reserved { fill: var(--reserved); }
        .ground.kernel { fill: var(--kernel); }
        .ground.initrd { fill: var(--initrd); }
        .ground.dtb { fill: var(--dtb); }
        .ground.purgatory { fill: var(--purgatory); }
        .ground.page-tables { fill: var(--page-tables); }
        rect.reserved:not(.ground) { fill: url(#pattern-reserved); }
        rect.kernel:not(.ground) { fill: url(#pattern-kernel); }
        rect.initrd:not(.ground) { fill: url(#pattern-initrd); }
        rect.dtb:not(.ground) { fill: url(#pattern-dtb); }
        rect.purgatory:not(.ground) { fill: url(#pattern-purgatory); }
        rect.page-tables:not(.ground) { fill: url(#pattern-page-tables); }
        rect.tint { stroke: var(--line); stroke-width: 0.5; }
        rect.reserved.tint:not(.ground) { fill: var(--panel); }
        rect.kernel.tint:not(.ground) { fill: var(--kernel-tint); }
        rect.initrd.tint:not(.ground) { fill: var(--initrd-tint); }
        rect.dtb.tint:not(.ground) { fill: var(--dtb-tint); }
        rect.purgatory.tint:not(.ground) { fill: var(--purgatory-tint); }
        rect.page-tables.tint:not(.ground) { fill: var(--page-tables-tint); }
        rect.frame { fill: none; stroke: var(--line); }
        rect.plate { fill: var(--ground); stroke: var(--line); rx: 3px; }
        rect.zoom { fill: none; stroke: var(--text); stroke-dasharray: 4 3; }
        rect.swatch { stroke: var(--line); }
        rect.wrong { fill: none; stroke: var(--wrong); stroke-width: 2; stroke-dasharray: 6 3; }
        rect.table { fill: var(--panel); stroke: var(--line); }
        rect.used { fill: var(--text); }
        rect.unused { fill: var(--free); }
        .arrow { fill: var(--line); }
        .fan { fill: var(--fan); }
        .break, .edge { stroke: var(--line); stroke-width: 1.5; fill: none; }
        .ribbon { fill: var(--fan); }
        .ribbon.moved { fill-opacity: 0.45; }
        .ribbon.moved.kernel { fill: var(--kernel); }
        .ribbon.moved.initrd { fill: var(--initrd); }
        .ribbon.moved.dtb { fill: var(--dtb); }
        .ribbon.moved.purgatory { fill: var(--purgatory); }
        .ribbon.moved.page-tables { fill: var(--page-tables); }

        """
}

extension Palette {
    /// The sign of a segment's role within a text.
    static func swatch(_ role: SegmentRole) -> Markup {
        .element(
            "svg",
            ["class": "sign", "viewBox": "0 0 14 14", "width": "14", "height": "14", "aria-hidden": "true"],
            [Shape.rectangle(0, 0, 140, 140, "\(role.rawValue) swatch")])
    }
}
