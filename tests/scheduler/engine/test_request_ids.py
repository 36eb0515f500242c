"""Ids of requests: ours, or what whoever asks has sent where it is harmless."""

import pytest

from scheduler.engine.request_ids import new_request_id, taken_or_new


@pytest.mark.parametrize("given", ["abcdef12", "0f8fad5b-d9cd-469f-a165-70867728950e", "A" * 64])
def test_a_short_safe_text_is_taken(given: str) -> None:
    assert taken_or_new(given) == given


def test_one_that_was_made_here_is_taken_again() -> None:
    made = new_request_id()
    assert taken_or_new(made) == made


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        "short12",
        "A" * 65,
        "-abcdefgh",
        "abcdefgh-",
        "ann archer 1",
        "abcdefgh\n",
        "abcdefgh\r\nSet-Cookie: x",
        "wds_abcdefghijkl",
        "eyJhbGciOiJSUzI1NiJ9",
        "a.b.c.d.e.f",
        "überlang-und-mehr",
        '"}{"level":"x"',
    ],
)
def test_anything_else_is_replaced(given: str | None) -> None:
    made = taken_or_new(given)
    assert made != given
    assert len(made) == 32
    assert made != taken_or_new(given)
