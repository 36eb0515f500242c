"""Reads PDFs back by what the file itself says of its letters and tags, not by what made it."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf

Tag = tuple[str, Any]
"""(type, its dictionary)"""


def read(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


def bare(text: str) -> str:
    """Without any space: lines break where they may."""
    return re.sub(r"[\s\u00a0\u00ad\u200b]+", "", text)


def texts_of(pdf: pikepdf.Pdf) -> list[str]:
    """The letters of each page, in the order in which they are drawn."""
    return [bare("".join(_letters(page.obj, page.obj.Resources))) for page in pdf.pages]


def _letters(part: Any, resources: Any) -> Iterator[str]:
    fonts = {name: _codes(font) for name, font in resources.get("/Font", {}).items()}
    codes: dict[int, str] = {}
    marked: list[bool] = []
    for operands, operator in pikepdf.parse_content_stream(part):
        match str(operator):
            case "Tf":
                codes = fonts[str(operands[0])]
            case "BDC" | "BMC":
                said = operands[1] if len(operands) > 1 else None
                instead = isinstance(said, pikepdf.Dictionary) and "/ActualText" in said
                if instead:
                    yield str(said["/ActualText"])
                marked.append(instead)
            case "EMC":
                marked.pop()
            case "Tj" | "TJ" if not any(marked):
                strings = operands[0] if str(operator) == "TJ" else operands
                for one in strings:
                    if isinstance(one, pikepdf.String):
                        raw = bytes(one)
                        for at in range(0, len(raw), 2):
                            yield codes.get(int.from_bytes(raw[at : at + 2]), "\ufffd")
            case "Do":
                drawn = resources["/XObject"][str(operands[0])]
                if drawn["/Subtype"] == "/Form":
                    yield from _letters(drawn, drawn.get("/Resources", resources))


def _codes(font: Any) -> dict[int, str]:
    """Code -> letters, by the font's own table."""
    table = font["/ToUnicode"].read_bytes().decode("latin-1")
    found: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, letters in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            found[int(code, 16)] = bytes.fromhex(letters).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for first, last, letters in re.findall(
            r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block
        ):
            begin = int.from_bytes(bytes.fromhex(letters))
            for offset in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + offset] = chr(begin + offset)
    return found


def tags(pdf: pikepdf.Pdf) -> list[Tag]:
    """All of the structure, in reading order, types as roles map them."""
    root = pdf.Root["/StructTreeRoot"]
    roles = {str(key): str(value) for key, value in root.get("/RoleMap", {}).items()}
    return list(_tags(root, roles))


def _tags(part: Any, roles: dict[str, str]) -> Iterator[Tag]:
    if isinstance(part, pikepdf.Dictionary) and "/S" in part:
        kind = str(part["/S"])
        yield roles.get(kind, kind).lstrip("/"), part
    children = part.get("/K") if isinstance(part, pikepdf.Dictionary) else None
    for child in _listed(children):
        if isinstance(child, pikepdf.Dictionary):
            yield from _tags(child, roles)


def _listed(part: Any) -> list[Any]:
    if part is None:
        return []
    return list(part) if isinstance(part, pikepdf.Array) else [part]


def scopes(tag: Any) -> list[str]:
    """What a tag says of which cells it heads."""
    return [
        str(one["/Scope"])
        for one in _listed(tag.get("/A"))
        if isinstance(one, pikepdf.Dictionary) and "/Scope" in one
    ]
