extension Palette {
    /// The style sheet of pages, beside that of pictures.
    static let page: StaticString = """
        body {
          background: var(--ground); color: var(--text); margin: 0 auto; padding: 1.5rem; max-width: 75rem;
          font: 15px/1.45 system-ui, "DejaVu Sans", "Liberation Sans", sans-serif; direction: ltr;
        }
        h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
        h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }
        h2 small { font-weight: normal; font-size: .85rem; color: var(--faint); margin-left: .75rem; }
        nav a { margin-right: 1rem; }
        a { color: var(--link); }
        code, td, .id { font-family: ui-monospace, "DejaVu Sans Mono", "Liberation Mono", Menlo, Consolas, monospace; }
        .id, td:last-child { overflow-wrap: anywhere; }
        table { border-collapse: collapse; font-size: 13px; margin: .25rem 0; }
        th { text-align: left; font-weight: normal; color: var(--faint); }
        th, td { padding: .1rem 1.25rem .1rem 0; vertical-align: top; min-width: 2.5rem; }
        td { white-space: pre; unicode-bidi: bidi-override; }
        td:last-child { white-space: pre-wrap; min-width: 12ch; }
        th.right, td.right { text-align: right; }
        .faint { color: var(--faint); }
        .wrong { color: var(--wrong); }
        ul.wrong { margin: 0; overflow-wrap: anywhere; }
        .scroll { overflow-x: auto; }
        .sign { vertical-align: -2px; margin-right: .4rem; }
        .defs { position: absolute; width: 0; height: 0; }
        figure { margin: .5rem 0; overflow-x: auto; }
        figure svg { width: 100%; height: auto; max-width: 68rem; }
        details { margin: .5rem 0; }
        summary { cursor: pointer; color: var(--link); }
        section:target > h2 { background: var(--panel); }
        @media print {
          nav { display: none; }
          body { padding: 0; max-width: none; }
          details::details-content { content-visibility: visible; block-size: auto; }
          tr, figure { break-inside: avoid; }
        }

        """
}
