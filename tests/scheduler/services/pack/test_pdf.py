"""The PDF, read back: its tags, its letters, its bytes, and that nothing leaves its place."""

import io
import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from scheduler.domain.errors import BadRequest
from scheduler.services.pack.pack import Pack, pack_of
from scheduler.services.pack.pdf import typeset
from scheduler.services.pack.tables import texts
from scheduler.storage.repository import Repository
from tests.scheduler.services.kpis.conftest import Desk
from tests.scheduler.services.pack.conftest import Paper, renamed, two_weeks
from tests.scheduler.services.pack.reading import bare, read, scopes, tags, texts_of

ROOT = Path(__file__).parents[4]
MARGIN = 14 / 210
"""Of the width of a page, on either side."""


def seen(part: Any) -> list[str]:
    """What is drawn of a part; a chart's alternative text is not, and stands in its tag."""
    charts = [one["alt"] for section in part for one in section["charts"]]
    return [text for text in texts(part) if text not in charts]


def test_it_is_tagged_as_pdf_ua_asks(paper: Paper) -> None:
    pdf = read(paper.pack.pdf())
    assert str(pdf.docinfo["/Title"]) == paper.pack.document["title"]
    assert pdf.Root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert str(pdf.Root["/Lang"]) == "en-GB"
    assert pdf.Root["/MarkInfo"]["/Marked"]
    assert "pdfuaid:part>1<" in pdf.Root["/Metadata"].read_bytes().decode()
    found = tags(pdf)
    headings = [int(kind[1:]) for kind, _ in found if kind[:1] == "H" and kind[1:].isdigit()]
    assert headings[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(headings))
    assert headings.count(1) == len(paper.pack.document["pages"]) + 1
    heads = [tag for kind, tag in found if kind == "TH"]
    assert heads
    assert all(scopes(tag) == ["/Column"] for tag in heads)
    tables = sum(kind == "Table" for kind, _ in found)
    sections = [
        *(one for page in paper.pack.document["pages"] for one in page["sections"]),
        *paper.pack.document["method"],
    ]
    assert tables == sum(len(one["tables"]) for one in sections)
    alts = [str(tag["/Alt"]) for kind, tag in found if kind == "Figure"]
    assert alts == [one["alt"] for section in sections for one in section["charts"]]
    for page in pdf.pages:
        assert page.obj["/Tabs"] == "/S"


def test_charts_are_vectors_in_letters_that_the_file_carries(paper: Paper) -> None:
    pdf = read(paper.pack.pdf())
    for each in pdf.objects:
        kind = getattr(each, "get", lambda _: None)("/Subtype")
        assert kind != "/Image"
    fonts = [
        font["/DescendantFonts"][0]["/FontDescriptor"]
        for page in pdf.pages
        for font in page.obj.Resources["/Font"].values()
    ]
    assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)


def test_each_page_is_one_page_and_says_all_that_the_document_says(paper: Paper) -> None:
    document = paper.pack.document
    written = texts_of(read(paper.pack.pdf()))
    for number, page in enumerate(document["pages"]):
        for text in [page["title"], page["sentence"], *seen(page["sections"])]:
            assert bare(text) in written[number], (page["title"], text)
    rest = "".join(written[len(document["pages"]) :])
    for text in seen(document["method"]):
        assert bare(text)[:40] in rest, text
    assert bare(document["title"] + document["sentence"]) in written[0]


@pytest.mark.parametrize(
    "name",
    [
        "#panic()",
        "*bold* _x_ $y$ @a <b> `c` // d /* e \\ #f [g]",
        "=SUM(A1) 漢字 😀",
        "N" * 120,
        "a very long name of an organisation that goes on and on, over lines, " * 3,
    ],
)
def test_names_are_set_as_they_are_and_stay_on_their_page(desk: Desk, name: str) -> None:
    two_weeks(desk)
    renamed(desk, "A", name.strip())
    pack = pack_of(desk.repository, "COL")
    written = texts_of(read(pack.pdf()))
    shown = "".join("?" if ord(letter) > 0x2FFF else letter for letter in name)
    assert bare(shown) in written[2] or bare(shown) in written[1]
    assert "8.Method" in written[3]
    _stays_within(pack.document)


def test_nothing_reaches_into_the_margins(paper: Paper) -> None:
    _stays_within(paper.pack.document)


def _stays_within(document: dict[str, Any]) -> None:
    for content in typeset(document, format="png", ppi=50):
        with Image.open(io.BytesIO(content)) as opened:
            image = opened.convert("RGB")
        white = Image.new("RGB", image.size, "white")
        left, top, right, bottom = ImageChops.difference(image, white).getbbox() or (0, 0, 0, 0)
        edge = MARGIN * image.width - 2
        assert left >= edge, "left"
        assert right <= image.width - edge, "right"
        assert top >= 10
        assert bottom <= image.height - 10


def test_a_big_collaborative_still_has_one_page_each(paper: Paper) -> None:
    document = json.loads(json.dumps(paper.pack.document))
    page = document["pages"][0]
    for section in page["sections"]:
        for one in section["tables"]:
            one["rows"] = (one["rows"] * 10)[: max(12, len(one["rows"]))]
    written = texts_of(read(Pack(document).pdf()))
    assert bare(document["pages"][1]["title"]) in written[1]
    _stays_within(document)


def test_many_weeks_go_on_with_their_headings(paper: Paper) -> None:
    document = json.loads(json.dumps(paper.pack.document))
    weeks = document["method"][0]["tables"][0]
    weeks["rows"] = [weeks["rows"][0]] * 150
    written = texts_of(read(Pack(document).pdf()))
    assert sum("WeekfromDayspublished" in one for one in written) > 1
    _stays_within(document)


def test_the_same_database_gives_the_same_bytes_in_two_processes(
    desk: Desk, tmp_path: Path
) -> None:
    two_weeks(desk)
    url = f"sqlite:///{tmp_path / 'pack.db'}"
    files = []
    for number, zone in enumerate(("UTC", "Pacific/Auckland")):
        for ending in ("pdf", "xlsx", "json"):
            to = tmp_path / f"{number}.{ending}"
            subprocess.run(
                [
                    *(sys.executable, "-m", "scheduler.cli.app", "--db", url),
                    *("pack", "-c", "COL", "--to", str(to)),
                ],
                check=True,
                cwd=ROOT,
                env={**os.environ, "PYTHONHASHSEED": str(number), "TZ": zone},
                capture_output=True,
            )
            files.append(to.read_bytes())
    assert files[:3] == files[3:]
    with Repository(url) as again:
        pack = pack_of(again, "COL")
    assert [pack.pdf(), pack.workbook(), pack.json()] == files[:3]


def test_another_ending_is_refused_and_nothing_is_left(paper: Paper, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    with pytest.raises(BadRequest, match=r"\.pdf, \.xlsx or \.json"):
        paper.pack.write(folder / "pack.docx")
    assert not folder.exists()
    paper.pack.write(folder / "pack.PDF")
    assert (folder / "pack.PDF").read_bytes().startswith(b"%PDF")
