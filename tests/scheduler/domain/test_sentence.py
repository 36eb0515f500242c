"""A sentence is its text with ids, and knows its parts."""

import copy
import json
import pickle
from datetime import date
from typing import get_args

import pytest
from pydantic import TypeAdapter

from scheduler.domain.errors import BadRequest
from scheduler.domain.sentence import (
    Kind,
    Part,
    Sentence,
    duration,
    from_parts,
    joined,
    moment,
    money,
    of_error,
    parts,
    ref,
    said,
    with_parts,
    worker,
)

DAY = date(2027, 1, 12)


def example() -> Sentence:
    because = said("{host} has not accepted it", host=ref("organisation", "B"))
    return said(
        "{person} lacks {competency} on {day} at {demand}: {because}; {hours} lost.",
        person=ref("person", "S1"),
        competency=ref("competency", "CVL", "Central lines"),
        day=DAY,
        demand=ref("demand", "D1"),
        because=because,
        hours=duration(450),
    )


def named(part: Part | date) -> str:
    if isinstance(part, date):
        return f"{part:%a}"
    return {"S1": "Ann", "B": "CIC B", "D1": "Tue 12 Jan 07:00"}.get(str(part.id), part.words)


def test_a_sentence_is_its_text_with_ids_and_is_written_with_names_by_its_parts() -> None:
    assert (
        example()
        == "S1 lacks Central lines on 2027-01-12 at D1: B has not accepted it; 7.5 h lost."
    )
    assert (
        example().written(named)
        == "Ann lacks Central lines on Tue on Tue 12 Jan 07:00: CIC B has not accepted it; 7.5 h"
        " lost."
    )


def test_at_stays_before_a_shift_that_has_no_name() -> None:
    assert (
        said(
            "{person} at {demand}", person=ref("person", "S1"), demand=ref("demand", "D2")
        ).written(named)
        == "Ann at D2"
    )


def test_braces_in_a_plain_text_and_in_an_argument_are_text() -> None:
    assert Sentence.plain("holds {nothing}") == "holds {nothing}"
    assert Sentence.plain("holds {nothing}").written(named) == "holds {nothing}"
    assert said("{what}", what="{person}").written(named) == "{person}"
    assert Sentence.plain(example()).arguments == example().arguments, "what has parts keeps them"


def test_amounts_are_written_as_everywhere() -> None:
    assert (
        joined([duration(90), money(123456), money(5, "5p"), moment(0)], ", ")
        == "1.5 h, £1234.56, 5p, Thu 1 Jan 01:00"
    )
    assert worker("S1", "") == ref("person", "S1")
    assert worker("", "X1") == ref("supply", "X1")


def test_nothing_joined_is_an_empty_sentence() -> None:
    assert joined([]) == ""


def test_parts_make_the_same_sentence_again_after_json() -> None:
    again = from_parts(json.loads(json.dumps(parts(example()))))
    assert again == example()
    assert again.written(named) == example().written(named)
    assert parts(again) == parts(example())


def test_copies_and_pickles_keep_the_parts() -> None:
    for other in (copy.deepcopy(example()), pickle.loads(pickle.dumps(example()))):
        assert other == example()
        assert other.written(named) == example().written(named)


def test_programs_get_the_parts_beside_the_sentence() -> None:
    found = with_parts(
        {
            "why": [{"sentence": said("{person} is away", person=ref("person", "S1")), "days": 2}],
            "notes": (said("So."),),
        }
    )
    assert found == {
        "why": [
            {
                "sentence": "S1 is away",
                "sentence_parts": {
                    "template": "{person} is away",
                    "arguments": {"person": {"kind": "person", "id": "S1"}},
                },
                "days": 2,
            }
        ],
        "notes": ["So."],
        "notes_parts": [{"template": "So.", "arguments": {}}],
    }
    assert with_parts({"sentence": "older, a plain text"}) == {"sentence": "older, a plain text"}


def test_stored_sentences_are_texts_with_their_parts_kept_beside_them() -> None:
    stored = TypeAdapter(list[Sentence])
    kept: dict[str, object] = {}
    texts = stored.dump_python([example(), Sentence.plain("So.")], mode="json", context=kept)
    assert texts == [str(example()), "So."]
    assert type(texts[0]) is str
    again = stored.validate_python(texts, context=json.loads(json.dumps(kept)))
    assert [sentence.written(named) for sentence in again] == [example().written(named), "So."]
    assert stored.validate_python(texts) == texts, (
        "an older document has no parts, and is written as it stands"
    )
    with pytest.raises(ValueError, match="should be a text"):
        stored.validate_python([7])


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_of_part_goes_through_json(kind: Kind) -> None:
    sentence = said("{one}", one=ref(kind, "X"))
    assert from_parts(parts(sentence)).arguments == sentence.arguments


def test_parts_can_be_written_otherwise_also_within_other_sentences() -> None:
    def longer(part: Part) -> Part:
        return part._replace(words=f"{part.words} CIC") if part.kind == "organisation" else part

    assert "B CIC has not accepted it" in example().with_words(longer)
    assert example().with_words(longer).written(named) == example().written(named), (
        "its name is not what was written"
    )
    assert example() == example().with_words(lambda part: part)


def test_an_error_raised_with_a_sentence_says_it_with_its_parts() -> None:
    error = pickle.loads(pickle.dumps(BadRequest(example())))
    assert of_error(error).written(named) == example().written(named)
    assert of_error(BadRequest("so {it} is")) == "so {it} is"
