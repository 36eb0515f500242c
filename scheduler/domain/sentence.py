"""A sentence that knows what it speaks of: a text with ids, and with names where somebody gives
them.

`said("{person} has no {thing} on {day}.", person=ref("person", "S1"), thing=…, day=…)` is a text
like any other: with ids, for the command line, files and comparison. `sentence.written(name)` is
the same with what a page calls its parts. What joins, cuts or formats sentences makes a plain `str`
of them, which has no parts any more and is no `Sentence` to mypy: use `joined` and `said` for that.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from string import Formatter
from typing import Any, Literal, NamedTuple, TypeAlias, cast

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from scheduler.domain import clock

Kind = Literal[
    "person",
    "organisation",
    "place",
    "site",
    "service",
    "role",
    "competency",
    "procedure",
    "shift_type",
    "supply",
    "contract",
    "demand",
    "roster",
    "rule",
    "term",
    "minutes",
    "pence",
    "moment",
]


class Part(NamedTuple):
    """Something that a sentence speaks of: its kind, its id or amount, and how it is written
    without names.

    A `term` is a word of the files, such as a route; `minutes` and `pence` are amounts, a `moment`
    is a minute since 1970.
    """

    kind: Kind
    id: str | int | float
    words: str

    def __str__(self) -> str:
        return self.words


Argument: TypeAlias = "Part | date | Sentence | str | int"
Name: TypeAlias = Callable[[Part | date], str]
"""What a part is called."""


class Sentence(str):
    """Its own text with ids, made once; `template` and `arguments` are the parts that it was made
    of.
    """

    __slots__ = ("arguments", "template")
    template: str
    arguments: Mapping[str, Argument]

    def __new__(cls, template: str, arguments: Mapping[str, Argument]) -> "Sentence":
        made = super().__new__(cls, template.format_map(arguments))
        made.template, made.arguments = template, arguments
        return made

    def __getnewargs__(self) -> tuple[str, Mapping[str, Argument]]:  # type: ignore[override]
        return self.template, self.arguments

    def __deepcopy__(self, memo: object) -> "Sentence":
        return self

    @classmethod
    def plain(cls, text: str) -> "Sentence":
        """A text whose parts nobody knows (any more): it is written as it stands."""
        return (
            text
            if isinstance(text, Sentence)
            else cls(text.replace("{", "{{").replace("}", "}}"), {})
        )

    def with_words(self, change: Callable[[Part], Part]) -> "Sentence":
        """The sentence with its parts written otherwise."""
        return Sentence(
            self.template, {key: _changed(value, change) for key, value in self.arguments.items()}
        )

    def written(self, name: Name) -> str:
        """The sentence with every part as `name` calls it.

        A named shift begins with its day: `at` before it becomes `on`.
        """
        found = []
        for before, field, _, _ in Formatter().parse(self.template):
            value = "" if field is None else self.arguments[field]
            words = _written(value, name)
            if (
                isinstance(value, Part)
                and value.kind == "demand"
                and words != value.words
                and before.endswith(" at ")
            ):
                before = before.removesuffix("at ") + "on "
            found += [before, words]
        return "".join(found)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Stored as its text.

        The parts of all sentences of a document go to the context of its dump, by text, and come
        from that of its validation; without them the text is a plain one.
        """

        def read(text: object, info: core_schema.ValidationInfo) -> Sentence:
            if not isinstance(text, str):
                raise ValueError("should be a text")
            known = (info.context or {}).get(text)
            return Sentence.plain(text) if known is None else from_parts(known)

        def write(sentence: Sentence, info: core_schema.SerializationInfo) -> str:
            if info.context is not None and sentence.arguments:
                cast(dict[str, Any], info.context)[str(sentence)] = parts(sentence)
            return str(sentence)

        return core_schema.with_info_plain_validator_function(
            read,
            serialization=core_schema.plain_serializer_function_ser_schema(write, info_arg=True),
        )


def _written(value: Argument, name: Name) -> str:
    if isinstance(value, Sentence):
        return value.written(name)
    return name(value) if isinstance(value, Part | date) else str(value)


def _changed(value: Argument, change: Callable[[Part], Part]) -> Argument:
    if isinstance(value, Sentence):
        return value.with_words(change)
    return change(value) if isinstance(value, Part) else value


# --- how sentences are made


def said(template: str, /, **arguments: Argument) -> Sentence:
    """A sentence from a template and what stands in it."""
    return Sentence(template, arguments)


def ref(kind: Kind, id: str, words: str = "") -> Part:
    """Something with an id. `words`: how it is written without names, where that is more than its
    id.
    """
    return Part(kind, id, words or id)


def worker(staff_id: str, supply_id: str) -> Part:
    """Whoever does a shift: a person or a temporary supply; one of both is empty."""
    return ref("person", staff_id) if staff_id else ref("supply", supply_id)


def duration(minutes: int) -> Part:
    """An amount of time, written in hours."""
    return Part("minutes", minutes, clock.hours(minutes))


def money(pence: float, words: str = "") -> Part:
    """An amount in pounds; `words`: where it is written otherwise than `£1234.50`."""
    return Part("pence", pence, words or f"£{pence / 100:.2f}")


def moment(at: int) -> Part:
    """A minute since 1970, written in local time."""
    return Part("moment", at, clock.text(at))


def joined(those: Iterable[Argument], between: str = " ") -> Sentence:
    """Several, one after the other; `between` is text that stands between two of them."""
    found = {f"part_{number}": each for number, each in enumerate(those, start=1)}
    return Sentence(between.join(f"{{{key}}}" for key in found), found)


def of_error(error: Exception) -> Sentence:
    """What an error says, with its parts where it was raised with a sentence."""
    return Sentence.plain(
        error.args[0] if error.args and isinstance(error.args[0], Sentence) else str(error)
    )


# --- for programs, and to be kept


def parts(sentence: Sentence) -> dict[str, Any]:
    """`{"template", "arguments"}`.

    Each argument is a text, a number, `{"date": "2027-01-12"}`, `{"kind", "id"}` (and `words`,
    where it is written otherwise than its id), or the parts of a sentence itself.
    """
    return {
        "template": sentence.template,
        "arguments": {key: _to_json(value) for key, value in sentence.arguments.items()},
    }


def _to_json(value: Argument) -> Any:
    if isinstance(value, Sentence):
        return parts(value)
    if isinstance(value, Part):
        return {"kind": value.kind, "id": value.id} | (
            {} if value.words == value.id else {"words": value.words}
        )
    return {"date": value.isoformat()} if isinstance(value, date) else value


def from_parts(document: Mapping[str, Any]) -> Sentence:
    """The sentence of which `parts` made this. Raises KeyError, ValueError or TypeError for
    anything else.
    """
    return Sentence(
        document["template"],
        {key: _from_json(value) for key, value in document["arguments"].items()},
    )


def _from_json(value: Any) -> Argument:
    if not isinstance(value, Mapping):
        return cast(str | int, value)
    if "template" in value:
        return from_parts(value)
    if "date" in value:
        return date.fromisoformat(value["date"])
    return Part(value["kind"], value["id"], value.get("words") or str(value["id"]))


def with_parts(document: Any) -> Any:
    """A document for programs, in which the parts of each sentence stand beside it: `cause`,
    `cause_parts`.
    """
    if isinstance(document, Mapping):
        found = {}
        for key, value in document.items():
            found[key] = with_parts(value)
            if isinstance(value, Sentence):
                found[f"{key}_parts"] = parts(value)
            elif (
                isinstance(value, list | tuple)
                and value
                and all(isinstance(each, Sentence) for each in value)
            ):
                found[f"{key}_parts"] = [parts(each) for each in value]
        return found
    return (
        [with_parts(each) for each in document] if isinstance(document, list | tuple) else document
    )
