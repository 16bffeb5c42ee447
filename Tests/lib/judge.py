"""Judges a picture of a plan by what a browser shows of it."""

import re

# Of the design, not read out of the picture: what each colour has to be on the screen.
COLOURS = {
    "light": {"kernel": "009e73", "initrd": "3a8fd0", "dtb": "e69f00", "purgatory": "cc79a7", "page-tables": "8a6fd1"},
    "dark": {"kernel": "00885f", "initrd": "2f7dbb", "dtb": "b67d00", "purgatory": "ad5f8a", "page-tables": "7459bd"},
}
# The most that is looked at of a page, in pixels.
LONGEST = 6000

PROBE = r"""
(() => {
  const box = e => { const r = e.getBoundingClientRect(); return [r.left + scrollX, r.top + scrollY, r.right + scrollX, r.bottom + scrollY]; };
  const visible = e => e.checkVisibility === undefined || e.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true});
  const root = document.documentElement;
  const svgs = [...document.querySelectorAll('svg')].filter(s => !s.classList.contains('defs') && !s.classList.contains('sign') && visible(s));
  const texts = [];
  svgs.forEach((svg, number) => {
    for (const e of svg.querySelectorAll('text')) if (e.textContent.trim()) texts.push({text: e.textContent, box: box(e), colour: getComputedStyle(e).fill, svg: number});
  });
  for (const e of document.querySelectorAll('h1, h2, p, li, th, td, summary, a, small')) {
    if (!visible(e) || !e.textContent.trim() || e.querySelector('li, td')) continue;
    const range = document.createRange();
    // Beside a sign, the text.
    range.selectNodeContents(e.lastChild.nodeType === Node.TEXT_NODE ? e.lastChild : e);
    const rects = [...range.getClientRects()].filter(r => r.width > 2 && r.height > 2);
    if (!rects.length) continue;
    texts.push({text: e.textContent, box: [rects[0].left + scrollX, rects[0].top + scrollY, rects[0].right + scrollX, rects[0].bottom + scrollY],
      colour: getComputedStyle(e).color, svg: null});
  }
  const roles = ['kernel', 'initrd', 'dtb', 'purgatory', 'page-tables'];
  const blocks = [];
  for (const e of document.querySelectorAll('rect')) {
    if (e.closest('defs') || e.classList.contains('tint') || !visible(e)) continue;
    const role = roles.find(r => e.classList.contains(r));
    if (role) blocks.push({role, box: box(e)});
  }
  const bands = [...document.querySelectorAll('g.band')].map(band => ({
    texts: [...band.children].filter(e => e.tagName === 'text').map(e => e.textContent),
    frame: box([...band.children].find(e => e.classList.contains('frame'))),
    pieces: [...band.querySelectorAll('g')].map(g => ({title: g.querySelector('title').textContent, box: box(g.querySelector('rect'))})),
  }));
  return {
    width: root.scrollWidth, height: Math.max(root.scrollHeight, document.body ? document.body.scrollHeight : 0, box(root)[3]),
    view: innerWidth, svgs: svgs.map(box), texts, blocks, bands,
    scripts: document.querySelectorAll('script, iframe, object, embed, link, img').length,
    titles: svgs.every(s => s.querySelector(':scope > title')?.textContent && s.querySelector(':scope > desc')?.textContent && s.getAttribute('role') === 'img'),
    handlers: [...document.querySelectorAll('*')].filter(e => [...e.attributes].some(a => a.name.startsWith('on'))).length,
  };
})()
"""


def rgb(text):
    """The colour of `rgb(1, 2, 3)`."""
    return tuple(int(float(number)) for number in re.findall(r"[0-9.]+", text)[:3])


def luminance(colour):
    """WCAG 2.2, relative luminance."""
    parts = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one, other):
    """WCAG 2.2, contrast ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


class Judge:
    """What was looked at is counted: a judge who sees nothing finds nothing."""

    def __init__(self, browser):
        self.browser = browser
        self.counts = {"texts": 0, "blocks": 0, "placed": 0, "labels": 0}

    def faults(self, path, scheme, width):
        asked, complaints = self.browser.show(path, scheme, width)
        found = [f"asks for {url}" for url in asked if url != path.resolve().as_uri()]
        found += [f"the browser says: {text}" for text in complaints]
        page = self.browser.evaluate(PROBE)
        if page["width"] > page["view"]:
            found.append(f"is {page['width']} pixels wide in {page['view']}")
        if page["scripts"] or page["handlers"]:
            found.append("has scripts, or things from elsewhere")
        if not page["titles"]:
            found.append("has a picture without a title, a description or a role")
        height = min(int(page["height"]) + 1, LONGEST)
        image = self.browser.screenshot(width, height)
        found += self._texts(page, image)
        found += self._labels(page)
        found += self._blocks(page, image, COLOURS[scheme])
        found += self._scale(page)
        if path.suffix == ".svg" and "files" not in path.name and not page["blocks"]:
            found.append("has no segments")
        return found

    @staticmethod
    def _crop(image, box):
        left, top, right, bottom = (round(edge) for edge in box)
        left, top, right, bottom = max(left, 0), max(top, 0), min(right, image.width), min(bottom, image.height)
        return image.crop((left, top, right, bottom)) if right > left and bottom > top else None

    def _texts(self, page, image):
        """Each text has contrast with what is behind it, and is on the screen."""
        found = []
        for text in page["texts"]:
            piece = self._crop(image, text["box"])
            if piece is None or text["box"][3] > image.height:
                continue
            self.counts["texts"] += 1
            colours = sorted(piece.getcolors(piece.width * piece.height), reverse=True)
            ground, ink = colours[0][1], rgb(text["colour"])
            if contrast(ground, ink) < 4.5:
                found.append(f"{text['text'][:40]!r}: contrast {contrast(ground, ink):.2f} of {ink} on {ground}")
            elif max(contrast(ground, colour) for _, colour in colours) < 2.5:
                found.append(f"{text['text'][:40]!r} is not on the screen")
        return found

    def _labels(self, page):
        """Texts of a picture are inside of it, and not over each other."""
        found, by_picture = [], {}
        for text in page["texts"]:
            if text["svg"] is not None:
                by_picture.setdefault(text["svg"], []).append(text)
        for number, texts in by_picture.items():
            left, top, right, bottom = page["svgs"][number]
            texts.sort(key=lambda text: text["box"][1])
            for index, text in enumerate(texts):
                self.counts["labels"] += 1
                box = text["box"]
                if box[0] < left - 1 or box[2] > right + 1 or box[1] < top - 1 or box[3] > bottom + 1:
                    found.append(f"{text['text'][:40]!r} is outside of its picture")
                for other in texts[index + 1:]:
                    if other["box"][1] > box[3]:
                        break
                    wide = min(box[2], other["box"][2]) - max(box[0], other["box"][0])
                    high = min(box[3], other["box"][3]) - max(box[1], other["box"][1])
                    if wide > 1 and high > 0.25 * (box[3] - box[1]):
                        found.append(f"{text['text'][:40]!r} is over {other['text'][:40]!r}")
        return found

    def _blocks(self, page, image, colours):
        """Each segment has its colour, and a pattern in it."""
        found = []
        for block in page["blocks"]:
            piece = self._crop(image, [block["box"][0] + 1, block["box"][1] + 1, block["box"][2] - 1, block["box"][3] - 1])
            if piece is None or piece.width < 8 or piece.height < 8 or block["box"][3] > image.height:
                continue
            self.counts["blocks"] += 1
            due = tuple(bytes.fromhex(colours[block["role"]]))
            total = piece.width * piece.height
            pixels = piece.getcolors(piece.width * piece.height)
            same = sum(count for count, colour in pixels if all(abs(a - b) <= 2 for a, b in zip(colour, due)))
            if same < total * 0.12:
                found.append(f"{block['role']} at {block['box']}: {same} of {total} pixels are of its colour")
            elif same == total:
                found.append(f"{block['role']} at {block['box']} has no pattern")
        return found

    def _scale(self, page):
        """Each piece of memory is where its addresses are between those of its band."""
        found = []
        for band in page["bands"]:
            ends = [int(text, 16) for text in band["texts"] if re.fullmatch("0x[0-9a-f]+", text)]
            if len(ends) != 2:
                found.append(f"a band has the addresses {band['texts']}")
                continue
            start, size = ends[0], ends[1] + 1 - ends[0]
            top, high = band["frame"][1], band["frame"][3] - band["frame"][1]
            for piece in band["pieces"]:
                match = re.search("(0x[0-9a-f]+)–(0x[0-9a-f]+), ", piece["title"])
                first, last = (int(address, 16) for address in match.groups())
                self.counts["placed"] += 1
                for address, place in ((first, piece["box"][1]), (last + 1, piece["box"][3])):
                    due = top + high * min(max(address - start, 0), size) / size
                    # What is too small to be seen is drawn 2 pixels high.
                    if abs(place - due) > 3:
                        found.append(f"{piece['title'][:60]!r}: {address:#x} is at {place:.1f}, due at {due:.1f}")
        return found
