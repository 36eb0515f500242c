"""Names, notes and sentences with names in them on a page: as they are written, never as Markdown,
HTML or an icon.

Streamlit reads Markdown in nearly every text: messages, headings, captions, labels of buttons and
expanders, options of segmented controls, helps. Whatever comes from facts or from people goes
through `plain` there. Tables, drop-downs, code and the board take text as it is.
"""

import re

_SIGNS = re.compile(r"""[\\`*\[\]<$~|]|&(?=\#?\w+;)|(?<![^\W_])_|_(?![^\W_])""")
"""What begins something within a line; an underscore within a word begins nothing."""
_OPENING = re.compile(r"(?:[#+\->=]|\d{1,9}(?=[.)]))")
"""What begins a heading, a list, a quotation at the beginning of a line."""
_COLOUR = re.compile(r":(?=[A-Za-z])")
"""What may begin a colour, a size, an icon."""
_FINISHED = re.compile(
    r"(?<=:)(?=//|material/|(?-i:[a-z_+-][a-z0-9_+-]*:)|100:|1234:)|(?<=www)(?=\.)|(?<=\w)(?=@\w)",
    re.IGNORECASE,
)
"""Within an address, an icon, an emoji, for which Streamlit looks once Markdown is understood and
no sign can help.
"""
_JOINER = "\u2060"
"""Shows nothing and breaks no line: what looks for addresses and icons in finished text does not
find them.
"""


def plain(text: object) -> str:
    """On one line, to be set within Markdown."""
    line = " ".join(str(text).split())
    escaped = _COLOUR.sub(r"\\:", _FINISHED.sub(_JOINER, _SIGNS.sub(r"\\\g<0>", line)))
    opening = _OPENING.match(escaped)
    if opening is None:
        return escaped
    end = opening.end()
    return f"{escaped[:end]}\\{escaped[end:]}" if escaped[0].isdigit() else f"\\{escaped}"


def plain_lines(text: object) -> str:
    """Each line a paragraph of its own."""
    return "\n\n".join(plain(line) for line in str(text).splitlines())
