"""One try: files and words at random, the same for the same seed and number."""

import io
import random
import string
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scheduler.cli.app import app
from scheduler.domain.dataset import Dataset
from scheduler.storage.writing import write_folder, write_workbook
from tests.scheduler.cli.conftest import START, small_tables
from tests.scheduler.cli.test_ranges import LASTING, Parameter, commands

ROOT = Path(__file__).parents[2]
Files = dict[str, bytes]

CELLS = [
    "",
    " ",
    "0",
    "-1",
    "1e308",
    "1e400",
    "inf",
    "nan",
    "9" * 30,
    "0x1f",
    "1_000",
    "٣",
    "²",
    "½",
    "1,5",
    "true",
    "FALSE",
    "None",
    "2027-01-11",
    "2027-02-30",
    "0001-01-01",
    "9999-12-31",
    "11/01/2027",
    "24:00",
    "25:61",
    "-00:01",
    "07:00:00.5",
    "P1",
    "P999",
    "A",
    "RN",
    "COL",
    "a" * 101,
    "x" * 40_000,
    "\x00",
    "\x1b[2J",
    "\u202e",
    "\u200b",
    "\ufeff",
    "\ud7ff",
    "\U0001f600",
    "é",
    "e\u0301",
    "'",
    "''",
    '"',
    "=1+1",
    "@x",
    "+",
    "-",
    "\t",
    "\r",
    "\n",
    "a\nb",
    ";",
    ",",
    "|",
    "%s",
    "{}",
    "../x",
    "*",
    "[a]",
    "1;2;3",
    "Z" * 500,
]
TOML = [
    "inf",
    "-inf",
    "nan",
    "true",
    "[]",
    "{}",
    "''",
    '"x"',
    "-1",
    "0",
    "1",
    "1e308",
    "9" * 30,
    "1979-05-27",
    "1979-05-27T07:32:00Z",
    "07:32:00",
    "[1, 2]",
    "[[1]]",
    "{a = 1}",
    "[0, 0, 0, 0, 0]",
    '"""\n"""',
    "0x7fffffffffffffff",
    "1_0",
    '"\\u0000"',
    "[" * 40,
    "{a=" * 40,
]
WORDS = [
    "",
    "-",
    "--",
    "-1",
    "0",
    "1",
    "1e400",
    "nan",
    START,
    "0001-01-01",
    "9999-12-31",
    "COL",
    "COL-2027-01-11-1",
    "P1",
    "P5",
    "A",
    "staff",
    "leave",
    "SA-0111-E-RN",
    "x",
    "\x1b[2J",
    "\u202e",
    "\ud83d",
    "%s",
    "{}",
    "a" * 5_000,
    "--json",
    "--help",
    "--db",
    "--no-such",
    "/dev/null",
    "/dev/zero",
    "/",
    ".",
    "..",
    "=",
    "--start=",
    "-c",
]
SEARCHING = {("solve",), ("compare",), ("value",), ("repair",), ("why", "person")}
"""Commands that search for at least a tenth of a second: seldom tried."""


@dataclass(frozen=True)
class Try:
    """Files to write and the words of a command; FOLDER in a word stands for the files' folder. No
    words: a scenario is read.
    """

    kind: str
    number: int
    files: Files
    words: tuple[str, ...]


class Maker:
    """Makes tries out of what is right: the small collaborative, the policies and scenarios of this
    project.
    """

    def __init__(self, seed: int, folder: Path) -> None:
        self._seed = seed
        dataset = Dataset.from_cells(small_tables())
        write_folder(dataset, folder / "pattern")
        write_workbook(dataset, folder / "pattern.xlsx")
        self._csv = {
            path.name: path.read_bytes() for path in sorted((folder / "pattern").iterdir())
        }
        self._xlsx = (folder / "pattern.xlsx").read_bytes()
        self._policies = [
            path.read_bytes() for path in sorted((ROOT / "data" / "policies").glob("*.toml"))
        ]
        self._scenarios = [
            path.read_bytes()
            for path in sorted((ROOT / "data" / "examples").glob("*/scenarios/*.toml"))
        ]
        self._commands = [(path, found) for path, found in commands(app) if path[-1] not in LASTING]

    def make(self, number: int) -> Try:
        dice = random.Random(f"{self._seed}:{number}")
        kind = dice.choice(KINDS)
        files, words = getattr(self, f"_{kind}")(dice)
        return Try(kind, number, files, tuple(words))

    def _import_folder(self, dice: random.Random) -> tuple[Files, Sequence[str]]:
        files = dict(self._csv)
        if dice.random() < 0.6:
            for name in dice.sample(sorted(files), dice.randint(1, 6)):
                files[name] = _mildly(dice, files[name])
            return files, ["import", "FOLDER", *dice.choice([[], ["--replace"]])]
        for name in dice.sample(sorted(files), dice.randint(1, 4)):
            files[name] = dice.choice([_cells, _cells, _cells, _lines, _bytes])(dice, files[name])
        for name in dice.sample(sorted(files), dice.choice([0, 0, 1, 5])):
            del files[name]
        if dice.random() < 0.1:
            files[dice.choice(["Staff.csv", "unknown.csv", "staff.CSV", ".csv", "stäff.csv"])] = (
                self._csv["staff.csv"]
            )
        return files, [
            "import",
            "FOLDER",
            *dice.choice([[], ["--json"], ["--replace"], ["--complete", "leave", "--yes"]]),
        ]

    def _import_workbook(self, dice: random.Random) -> tuple[Files, Sequence[str]]:
        content = dice.choice([_parts, _parts, _parts, _bytes])(dice, self._xlsx)
        return {"data.xlsx": content}, [
            "import",
            "FOLDER/data.xlsx",
            *dice.choice([[], ["--json"]]),
        ]

    def _policy(self, dice: random.Random) -> tuple[Files, Sequence[str]]:
        files = {"policy.toml": _toml(dice, dice.choice(self._policies))}
        command = dice.choice(
            [
                ["check", "FOLDER/policy.toml"],
                ["show", "FOLDER/policy.toml"],
                ["diff", "FOLDER/policy.toml", "FOLDER/policy.toml"],
            ]
        )
        return files, ["policy", *command, *dice.choice([[], ["--json"]])]

    def _scenario(self, dice: random.Random) -> tuple[Files, Sequence[str]]:
        return {"scenario.toml": _toml(dice, dice.choice(self._scenarios))}, []

    def _check(self, dice: random.Random) -> tuple[Files, Sequence[str]]:
        """The roster itself is put beside it by whoever runs this, with these in the place
        of some.
        """
        files = {f"data/{name}": content for name, content in self._csv.items()}
        return {**files, "_mutate": str(dice.getrandbits(60)).encode()}, [
            "check",
            "FOLDER/data",
            "FOLDER/out/assignment.csv",
        ]

    def _command(self, dice: random.Random) -> tuple[Files, Sequence[str]]:
        path, found = dice.choice(self._commands)
        if path in SEARCHING and dice.random() < 0.9:
            path, found = dice.choice([one for one in self._commands if one[0] not in SEARCHING])
        words = [*path]
        for one in found:
            if one.required or dice.random() < 0.2:
                text = _word(dice, one)
                flag = one.option and bool in one.types
                words += [one.option] if flag else [one.option, text] if one.option else [text]
        for _ in range(dice.choice([0, 0, 0, 0, 0, 1, 2])):
            words.insert(dice.randint(0, len(words)), dice.choice(WORDS))
        words = [word for word in words if word != "--in-background"]
        if path in SEARCHING and path != ("value",):
            words += ["--time-limit", "0.1"]
        return {"policy.toml": b"", "scenario.toml": self._scenarios[0]}, words


KINDS = [
    "import_folder",
    "import_folder",
    "import_workbook",
    "policy",
    "scenario",
    "check",
    "command",
    "command",
]


def mutated_roster(files: Files, content: bytes) -> Files:
    """A roster's files, of which one is not as it was."""
    dice = random.Random(int(content))
    name = dice.choice(sorted(files))
    change = (
        dice.choice([_cells, _cells, _lines, _bytes])
        if name.endswith(".csv")
        else dice.choice([_lines, _bytes])
    )
    return {**files, name: change(dice, files[name])}


FITTING = {
    "--collaborative": ["COL"],
    "ROSTER": [f"COL-{START}-1"],
    "STAFF": ["P1", "P5"],
    "DEMAND": ["SA-0111-E-RN", "SB-0117-N-RN", "SB-0111-E-RN"],
    "JOB": [f"COL-{START}-J1"],
    "--staff": ["P1", "5"],
    "FILE": ["staff", "leave", "FOLDER/scenario.toml"],
    "--to": ["FOLDER/new", "FOLDER/new.xlsx", "FOLDER/new.ics"],
    "--policy": ["FOLDER/policy.toml"],
    "--progress": ["none", "json"],
    "--service": ["UCR"],
    "--place": ["PA"],
    "--organisation": ["A"],
}
BY_TYPE: dict[object, list[str]] = {
    date: [START, "2027-01-12"],
    int: ["1", "7", "20"],
    float: ["0.1", "5"],
    Path: ["FOLDER/policy.toml", "FOLDER/scenario.toml", "FOLDER/new.xlsx"],
}


def _word(dice: random.Random, one: Parameter) -> str:
    fitting = (
        FITTING.get(one.option)
        or FITTING.get(one.metavar)
        or next((texts for kind, texts in BY_TYPE.items() if kind in one.types), ["COL", "P1", "x"])
    )
    return dice.choice(fitting if dice.random() < 0.9 else WORDS)


def _mildly(dice: random.Random, content: bytes) -> bytes:
    """Cells in the place of others of their column, rows that come again or are gone: much of it
    may be right.
    """
    header, *rows = [line.split(",") for line in content.decode().splitlines()]
    for _ in range(dice.randint(1, 3) if rows else 0):
        row, position = dice.choice(rows), dice.randrange(len(header))
        if position < len(row):
            row[position] = dice.choice(
                [one[position] for one in rows if position < len(one)] + ["", "1", "2027-01-13"]
            )
    if rows and dice.random() < 0.3:
        rows.pop(dice.randrange(len(rows)))
    return "\n".join(",".join(row) for row in (header, *rows)).encode()


def _cells(dice: random.Random, content: bytes) -> bytes:
    rows = [line.split(",") for line in content.decode(errors="replace").splitlines()]
    for _ in range(dice.randint(1, 4)):
        row = dice.choice(rows)
        row[dice.randrange(len(row))] = dice.choice(CELLS)
    if dice.random() < 0.2:
        rows.append(dice.choice(rows))
    if dice.random() < 0.1:
        dice.choice(rows).extend(dice.choices(CELLS, k=dice.choice([1, 300])))
    if dice.random() < 0.1:
        dice.choice(rows).pop()
    text = dice.choice(["\n", "\r\n", "\r"]).join(
        dice.choice([",", ",", ",", ";", "\t"]).join(row) for row in rows
    )
    return text.encode(
        dice.choice(["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252"]), errors="replace"
    )


def _lines(dice: random.Random, content: bytes) -> bytes:
    lines = content.splitlines(keepends=True) or [b""]
    return b"".join(
        dice.choice(
            [
                lambda: lines[: dice.randrange(len(lines))],
                lambda: dice.sample(lines, len(lines)),
                lambda: lines * dice.choice([2, 200]),
            ]
        )()
    )


def _bytes(dice: random.Random, content: bytes) -> bytes:
    found = bytearray(content or b"x")
    for _ in range(dice.choice([1, 3, 30])):
        at = dice.randrange(len(found))
        change: Callable[[], object] = dice.choice(
            [
                lambda at=at: found.__setitem__(at, dice.randrange(256)),
                lambda at=at: found.__setitem__(
                    slice(at, at), dice.randbytes(dice.choice([1, 20]))
                ),
                lambda at=at: found.__delitem__(slice(at, at + dice.choice([1, 100]))),
            ]
        )
        change()
        if not found:
            break
    return bytes(found)


def _toml(dice: random.Random, content: bytes) -> bytes:
    if dice.random() < 0.2:
        return _bytes(dice, content)
    lines = content.decode().splitlines()
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(lines))
        key = lines[at].partition("=")[0].strip()
        lines[at] = dice.choice(
            [
                f"{key} = {dice.choice(TOML)}",
                f"{dice.choice(string.ascii_letters)}{lines[at]}",
                f"[{key}]",
                f"{key}.x = 1",
                lines[at] * 2,
                f"[[{key}]]",
                "",
            ]
        )
    return "\n".join(lines).encode()


def _parts(dice: random.Random, content: bytes) -> bytes:
    """A workbook of which some parts are not as they were, and the rest still is a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    for name in dice.sample(sorted(parts), dice.randint(1, 3)):
        text = parts[name]
        for old, new in dice.choices(
            [
                (b'r="A', b'r="XFD'),
                (b'r="2"', b'r="1048576"'),
                (b"<v>", b"<v>9e999"),
                (b'count="', b'count="9999999999'),
                (b't="s"', b't="e"'),
                (b't="s"', b't="inlineStr"'),
                (b"<row ", b"<row></row><row "),
                (b"</c>", b""),
                (b"sheet", b"sheeet"),
                (b"<t>", b"<t>&lol;"),
                (b"utf-8", b"utf-16"),
                (b"UTF-8", b"x"),
                (b'ref="A1:', b'ref="A1:XFD1048576'),
                (b'r:id="rId1"', b'r:id="rId999"'),
                (b'numFmtId="0"', b'numFmtId="14"'),
            ],
            k=2,
        ):
            text = text.replace(old, new, dice.choice([1, -1]))
        parts[name] = _bytes(dice, text) if dice.random() < 0.3 else text
        if dice.random() < 0.05:
            del parts[name]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, text in parts.items():
            whole.writestr(name, text)
    return made.getvalue()
