"""Every setting of an installation, with what it means and what holds without it.

A setting is an environment variable, `SCHEDULER_DB`, or a key of a TOML file, `db`; the environment
goes before the file. Where the file is: `SCHEDULER_SETTINGS`, else `settings.toml` in the user's
configuration folder, else in the system's.
"""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from scheduler.domain.errors import BadInput, BadRequest, Fault
from scheduler.domain.wording import maybe, nearest
from scheduler.engine.choose import at_once
from scheduler.engine.faults_told import DEBUG
from scheduler.services.data.open import VARIABLE, default_file
from scheduler.services.inbox.mailing import MailSettings
from scheduler.services.settings.where import FILE, PREFIX, settings_file
from scheduler.storage.limits import SizeLimits

TYPO = 0.85
"""How near an unknown variable is to a setting where that is taken for what was meant: others may
be another program's, such as the addresses that an orchestrator sets.
"""
ENVIRONMENT = "the environment"
EXPECTED = {
    "int_parsing": "a whole number from 1 on",
    "greater_than_equal": "a whole number from 1 on",
}
"""Kind of fault -> what is expected, where the library says it otherwise."""
_SIZES = SizeLimits()


def _file(text: str) -> str:
    if not Path(text).is_file():
        raise ValueError("the path of a file that is there")
    return text


def _address(text: str) -> str:
    if "://" not in text:
        raise ValueError("an address such as sqlite:///path/to/file.db or postgresql://host/name")
    return text


def _database(text: str) -> str:
    scheme = _address(text).partition("://")[0].partition("+")[0]
    if scheme not in ("sqlite", "postgres", "postgresql"):
        raise ValueError("the address of a SQLite or a PostgreSQL database")
    return text


def _engine(text: str) -> str:
    if text not in ("local", "inline") and not text.startswith(("tcp://", "tls://")):
        raise ValueError("local, inline, or an address such as tls://host:8786")
    return text


def _pages(text: str) -> str:
    if not text.startswith(("https://", "http://")):
        raise ValueError("where people open the pages: https://…")
    return text


Count = Annotated[int, Field(ge=1, le=999_999_999_999)]
PemFile = Annotated[str, AfterValidator(_file)]


class Settings(BaseModel):
    """What may be set; None: as its meaning says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    db: Annotated[str, AfterValidator(_database)] | None = Field(
        default=None,
        description="The database: sqlite:///path/to/file.db or postgresql://user@host/name."
        " Without it a file in the data folder of whoever runs the program.",
    )
    engine: Annotated[str, AfterValidator(_engine)] = Field(
        default="local",
        description="Where many searches go at once: local (processes of this machine), inline (one"
        " after the other), or the address of a Dask scheduler, tcp:// or tls://.",
    )
    engine_workers: Count | None = Field(
        default=None, description="Processes of the local engine; without it one for each core."
    )
    answer_workers: Count | None = Field(
        default=None,
        description="Processes beside the pages that work out what takes long (why, what can be"
        " met, what expires, measures); without it one for each core.",
    )
    engine_memory: str = Field(
        default="auto",
        description="Memory of each of them, such as 4GiB; auto: a share of all.",
    )
    engine_tls_ca: PemFile | None = Field(
        default=None, description="For tls:// addresses: the authority's certificate, a PEM file."
    )
    engine_tls_cert: PemFile | None = Field(
        default=None, description="For tls:// addresses: this machine's certificate, a PEM file."
    )
    engine_tls_key: PemFile | None = Field(
        default=None, description="For tls:// addresses: its key, a PEM file."
    )
    smtp: str | None = Field(
        default=None,
        description="The server that e-mail goes to: smtp://user:password@host:587, with STARTTLS,"
        " or smtps://host:465. Without it nothing is sent.",
    )
    mail_from: str | None = Field(default=None, description="The address that e-mail comes from.")
    pages: Annotated[str, AfterValidator(_pages)] | None = Field(
        default=None, description="Where people open the pages, for links in e-mail: https://…"
    )
    most_file_mib: Count = Field(
        default=_SIZES.most_file_mib,
        description="The most of a file that is brought in [MiB].",
    )
    most_unpacked_mib: Count = Field(
        default=_SIZES.most_unpacked_mib,
        description="The most of a workbook's parts, or of a folder's files, together [MiB].",
    )
    most_rows: Count = Field(
        default=_SIZES.most_rows, description="The most rows of one file or sheet."
    )
    most_columns: Count = Field(
        default=_SIZES.most_columns, description="The most columns of one file or sheet."
    )
    most_cells: Count = Field(
        default=_SIZES.most_cells, description="The most cells of one file or sheet."
    )
    longest_cell: Count = Field(
        default=_SIZES.longest_cell, description="The most characters of one cell."
    )
    log: Literal["plain", "json"] = Field(
        default="plain",
        description="How pages and workers log: plain, for a person at a terminal, or json, one"
        " object a line.",
    )
    metrics_token: str | None = Field(
        default=None,
        description="What whoever reads /metrics from another machine has to bring; without it only"
        " this machine reads it.",
        json_schema_extra={"secret": True},
    )
    debug: Literal["", "0", "1"] = Field(
        default="",
        description="1: faults of the program are logged whole, with what they say of people. Never"
        " where people's data are real.",
    )


HIDDEN = "(set, and not shown)"
SECRET = frozenset(
    name
    for name, field in Settings.model_fields.items()
    if isinstance(field.json_schema_extra, dict) and field.json_schema_extra.get("secret")
)
"""Settings that are never shown, only that they are set."""


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"{PREFIX}{name.upper()}"


assert (variable("db"), variable("debug")) == (VARIABLE, DEBUG)


@dataclass(frozen=True)
class SettingNow:
    """A setting as it is. `value`: as text, without the password in an address; `source`: the
    environment, a file's path, or empty where its default holds.
    """

    name: str
    meaning: str
    default: str
    value: str
    source: str


def load(environment: MutableMapping[str, str] = os.environ) -> None:
    """Let what the file of settings says hold wherever the environment says nothing; for this
    process, and those that it starts. Raises BadRequest for a file that is not there, and BadInput
    with everything that is wrong with any setting.
    """
    found, _ = _found(environment)
    for name, text in found.items():
        environment.setdefault(variable(name), text)


def described(environment: Mapping[str, str] = os.environ) -> list[SettingNow]:
    """Every setting as it is now. Raises what `load` raises."""
    found, sources = _found(environment)
    told = []
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else str(field.default)
        value = found.get(name, "")
        shown = value or default or (f"sqlite:///{default_file()}" if name == "db" else "")
        told.append(
            SettingNow(
                name,
                field.description or "",
                default,
                HIDDEN if name in SECRET and value else without_password(shown),
                sources.get(name, ""),
            )
        )
    return told


def without_password(address: str) -> str:
    """An address as it may be shown; any other text as it is."""
    return re.sub(r"(?<=://)([^:/@\s]*):[^@\s]*@", r"\1:…@", address)


def _found(environment: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Setting -> its text, and where it stands. Raises BadRequest and BadInput."""
    file = settings_file(environment)
    faults: list[Fault] = []
    found: dict[str, str] = {}
    sources: dict[str, str] = {}
    if file is not None:
        for name, value in _read(file).items():
            if isinstance(value, dict | list):
                faults.append(Fault(str(file), 0, name, "", "one value, and no table or list"))
            elif name not in Settings.model_fields:
                advice = maybe(name, Settings.model_fields) or "Take it out."
                faults.append(Fault(str(file), 0, name, "", f"a setting that there is. {advice}"))
            else:
                found[name] = _text(value)
                sources[name] = str(file)
    for name in Settings.model_fields:
        if text := environment.get(variable(name), ""):
            found[name], sources[name] = text, ENVIRONMENT
    faults += [_fault(sources.get(name, ENVIRONMENT), name, words) for name, words in _wrong(found)]
    faults += _misspelt(environment)
    if faults:
        raise BadInput(faults)
    return found, sources


def _fault(source: str, name: str, words: str) -> Fault:
    """Without what was said: it may be a password."""
    return Fault(source, 0, variable(name) if source == ENVIRONMENT else name, "", words)


def _read(file: Path) -> dict[str, Any]:
    """Raises BadInput where it is no TOML."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise BadInput([Fault(str(file), 0, "", "", f"a TOML file ({error})")]) from None


def _text(value: object) -> str:
    return {True: "1", False: ""}[value] if isinstance(value, bool) else str(value)


def _wrong(found: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is wrong with which setting: each by itself, then those that belong together."""
    try:
        Settings.model_validate(dict(found))
    except ValidationError as error:
        for one in error.errors():
            name = str(one["loc"][0])
            said = EXPECTED.get(one["type"], str(one["msg"]).removeprefix("Value error, "))
            yield name, _words_for(name) if one["type"] == "literal_error" else said
        return
    texts = {variable(name): text for name, text in found.items()}
    for ask in (MailSettings.of, at_once):
        try:
            ask(texts)
        except BadRequest as error:
            for line in str(error).splitlines():
                name = next(name for name in _longest_first() if line.startswith(variable(name)))
                yield name, line.removeprefix(f"{variable(name)} should be ").removesuffix(".")


def _words_for(name: str) -> str:
    """Those of which one may be said."""
    return " or ".join(word for word in get_args(Settings.model_fields[name].annotation) if word)


def _longest_first() -> list[str]:
    """So that a name is not taken for another one that it begins with."""
    return sorted(Settings.model_fields, key=len, reverse=True)


def _misspelt(environment: Mapping[str, str]) -> Iterator[Fault]:
    """Variables that are no setting, and nearly one."""
    known = [*map(variable, Settings.model_fields), FILE]
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known:
            near = nearest(name, known, cutoff=TYPO)
            if near:
                yield Fault(ENVIRONMENT, 0, name, "", f"{near[0]}, if that is what is meant")


def page() -> str:
    """All settings as a page in Markdown, the same on every machine."""
    rows = [
        f"| `{variable(name)}` | `{name}` | {field.description} |"
        f" {'' if field.default in (None, '') else f'`{field.default}`'} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(
        (
            "# Settings",
            "",
            "<!-- written by `make docs` from scheduler/services/settings/settings.py -->",
            "",
            "A setting is an environment variable, or a key of a TOML file: `settings.toml` in the"
            " configuration folder of whoever runs the program",
            "(`~/.config/workforce-deployment-scheduler`) or of the system"
            " (`/etc/xdg/workforce-deployment-scheduler`), or the file that",
            f"`{FILE}` names. The environment goes before the file. `scheduler settings` says what"
            " holds now and where it comes from; what is wrong is",
            "named at every start, all of it at once. By whom people sign in stands in a file of"
            " its own: [security.md](security.md).",
            "",
            "| variable | key | meaning | as it comes |",
            "|---|---|---|---|",
            *rows,
            "",
        )
    )
