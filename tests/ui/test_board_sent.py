"""What of a board's rows is sent, and what a browser that says what it has makes of it."""

from typing import Any

from ui.components.board.sent import MOST, RowsSent

Told = dict[str, Any]
PEOPLE = tuple((name, name.title(), (), ((), ())) for name in ("ann", "bea", "cal", "dee", "eli"))


class Browser:
    """As ui/components/board/rows.js keeps rows, and asks for those that it lacks."""

    def __init__(self, *boards: RowsSent) -> None:
        self.kept: dict[str, list[Any]] = {}
        self.boards = boards

    def take(self, told: Told, board: RowsSent) -> list[Any] | None:
        rows = self.kept.get(told["named"]) or told["rows"]
        if rows is None:
            since = told["since"]
            before = self.kept.get(since["named"])
            if before is None:
                return None
            order = range(len(before)) if since["order"] is None else since["order"]
            rows = [before[place] for place in order]
            for place, row in since["rows"]:
                rows[place] = row
        self.kept[told["named"]] = list(rows)
        board.has(told["named"])
        return list(rows)


def test_a_browser_that_has_said_nothing_is_sent_all() -> None:
    sent = RowsSent()
    first, again = sent.told(PEOPLE), sent.told(PEOPLE)
    assert first["rows"] == again["rows"] == PEOPLE
    assert first["named"] == again["named"], "the same rows have the same name"


def test_only_what_differs_is_sent_to_a_browser_that_has_the_rest() -> None:
    sent = RowsSent()
    browser = Browser()
    browser.take(sent.told(PEOPLE), sent)
    moved = (PEOPLE[0], ("bea", "Bea", (), (("x",), ())), *PEOPLE[2:])
    told = sent.told(moved)
    assert told["rows"] is None
    assert told["since"]["order"] is None
    assert told["since"]["rows"] == [[1, moved[1]]]
    assert browser.take(told, sent) == list(moved)
    back = sent.told(PEOPLE)
    assert back["since"]["rows"] == [[1, PEOPLE[1]]], "an undo is a difference like any other"
    assert browser.take(back, sent) == list(PEOPLE)


def test_rows_come_go_and_change_places() -> None:
    sent, browser = RowsSent(), Browser()
    browser.take(sent.told(PEOPLE), sent)
    new = ("fay", "Fay", (), ((), ()))
    for shown in (PEOPLE[:3], PEOPLE, (PEOPLE[4], *PEOPLE[:4], new), (), PEOPLE, (new,)):
        assert browser.take(sent.told(shown), sent) == list(shown)


def test_rows_that_the_page_changes_in_place_are_told_as_others() -> None:
    cell: list[Any] = []
    rows = [("ann", "Ann", (), (cell,)), *PEOPLE[1:]]
    sent, browser = RowsSent(), Browser()
    browser.take(sent.told(rows), sent)
    cell.append("x")
    assert browser.take(sent.told(rows), sent) == [("ann", "Ann", (), (("x",),)), *PEOPLE[1:]]


def test_a_browser_that_has_lost_its_rows_is_sent_all_once_it_says_so() -> None:
    sent = RowsSent()
    Browser().take(sent.told(PEOPLE), sent)
    new = Browser()
    told = sent.told((*PEOPLE[:4], ("eli", "Elias", (), ((), ()))))
    assert new.take(told, sent) is None, "it must not show what it cannot know"
    sent.has("")
    told = sent.told(PEOPLE)
    assert new.take(told, sent) == list(PEOPLE)


def test_what_was_told_and_never_came_is_no_ground_for_a_difference() -> None:
    sent, browser = RowsSent(), Browser()
    browser.take(sent.told(PEOPLE), sent)
    lost = (("ann", "Anna", (), ((), ())), *PEOPLE[1:])
    sent.told(lost)
    later = (*lost[:4], ("eli", "Elias", (), ((), ())))
    assert browser.take(sent.told(later), sent) == list(later)


def test_two_boards_do_not_take_rows_for_each_others() -> None:
    people, work, browser = RowsSent(), RowsSent(), Browser()
    browser.take(people.told(PEOPLE), people)
    work.has(people.told(PEOPLE)["named"])
    told = work.told(PEOPLE)
    assert told["rows"] == PEOPLE, "a name of the other board means nothing here"
    assert told["named"] != people.told(PEOPLE)["named"]


def test_what_a_browser_has_is_kept_however_much_is_sent_since() -> None:
    sent, browser = RowsSent(), Browser()
    browser.take(sent.told(PEOPLE), sent)
    for number in range(3 * MOST):
        told = sent.told((("ann", f"Ann {number}", (), ((), ())), *PEOPLE[1:]))
    assert told["since"]["rows"] == [[0, ("ann", f"Ann {number}", (), ((), ()))]]
    assert len(sent._sent) <= MOST


def test_a_name_that_nobody_gave_is_as_none() -> None:
    sent = RowsSent()
    sent.told(PEOPLE)
    sent.has("rubbish")
    assert sent.told(PEOPLE)["rows"] == PEOPLE
