"""The documentation's site: built strictly, without a network, with every page found."""

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from scheduler.cli.commands_page import described, page
from tests.site import building
from tests.site.building import SiteFault, build, navigation
from tests.site.pages import NOTEBOOK, ROOT, BrokenLink, from_notebook, pages, turned

USERS = {
    "roster manager": "for-managers.html",
    "staff": "for-staff.html",
    "workforce director": "for-directors.html",
    "administrator": "for-administrators.html",
    "integrator": "for-integrators.html",
    "engineer": "for-engineers.html",
}
LOADED = re.compile(r"<(?:link|script|img|iframe|source|object|embed)\b[^>]*>", re.DOTALL)
ADDRESS = re.compile(r"""\b(?:src|href|srcset|data)=(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""")
LEADS = re.compile(r"""<a\b[^>]*?\bhref=(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""", re.DOTALL)
FOREIGN = re.compile(r"^(?:[a-z][a-z+.-]*:)?//|^[a-z][a-z+.-]*:", re.IGNORECASE)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as `make site` builds it."""
    to = tmp_path_factory.mktemp("site") / "built"
    build(to)
    return to


def addresses(pattern: re.Pattern[str], text: str) -> list[str]:
    return ["".join(found) for found in pattern.findall(text)]


def led_to(site: Path, name: str) -> set[str]:
    """The pages to which a page leads, in its own text; each has to be there."""
    text = (site / name).read_text(encoding="utf-8")
    article = text[text.index("<article") : text.index("</article>")]
    found = set()
    for address in addresses(LEADS, article):
        if not FOREIGN.match(address) and (path := address.partition("#")[0]):
            target = (site / name).parent / unquote(path)
            assert target.is_file(), f"{name} leads to {address}"
            found.add(str(target.resolve().relative_to(site.resolve())))
    return found


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    files = sorted(site.rglob("*.html"))
    assert len(files) > 30
    outside = {
        f"{file.name}: {tag}"
        for file in files
        for tag in LOADED.findall(file.read_text(encoding="utf-8"))
        for address in addresses(ADDRESS, tag)
        if FOREIGN.match(address) and not address.startswith("data:")
    }
    assert outside == set()
    styles = "".join(file.read_text(encoding="utf-8") for file in site.rglob("*.css"))
    assert re.findall(r"(?:url\(|@import\s)[\"']?(?:https?:)?//[^)]*", styles) == []


def test_every_page_is_there_and_reached_from_the_start(site: Path) -> None:
    there = {f"{name.removesuffix('.md')}.html" for name in navigation()}
    assert {path.name for path in site.glob("*.html")} == there | {"404.html"}
    seen, waiting = set(), ["index.html"]
    while waiting:
        name = waiting.pop()
        if name not in seen and name.endswith(".html"):
            seen.add(name)
            waiting += led_to(site, name)
    assert sorted(there - seen) == []


@pytest.mark.parametrize("user", USERS)
def test_each_user_has_a_start_page(site: Path, user: str) -> None:
    assert USERS[user] in led_to(site, "index.html")
    start = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    assert f"\n## {user.capitalize()}\n" in start
    assert len(led_to(site, USERS[user])) >= 5


def test_search_knows_what_pages_say(site: Path) -> None:
    index = json.loads((site / "search.json").read_text(encoding="utf-8"))
    texts = json.dumps(index, ensure_ascii=False)
    for phrase in ("not distinguishable", "scheduler sign-off offer", "SCHEDULER_MOST_ROWS"):
        assert phrase in texts
    # opened from a folder, where nothing can be fetched, it reads the same from a script
    assert "not distinguishable" in (site / "search.js").read_text(encoding="utf-8")


def test_pictures_come_along(site: Path) -> None:
    shown = [
        address
        for file in site.glob("*.html")
        for tag in re.findall(r"<img\b[^>]*>", file.read_text(encoding="utf-8"))
        for address in addresses(ADDRESS, tag)
    ]
    assert len(shown) > 12
    assert [name for name in shown if not (site / unquote(name)).is_file()] == []


# --- what the generator is given --------------------------------------------------------------


def test_a_page_that_stands_in_no_navigation_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "navigation", lambda: navigation()[:-1])
    with pytest.raises(SiteFault, match=re.escape(navigation()[-1])):
        build(tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_a_link_to_nothing_or_to_no_page_ends_it() -> None:
    for target in (
        "nowhere.md",
        "../nowhere/x.png",
        "../data/examples/mid-and-south-essex/SOURCES.md",
    ):
        with pytest.raises(BrokenLink, match=re.escape(target)):
            turned(f"See [this]({target}).", "docs/board.md", pages())


def test_links_are_turned_to_what_is_on_the_site() -> None:
    text = (
        "[a](../README.md) [b](facts.md#files) ![c](pictures/board.png) [d](https://nhs.uk)\n"
        "[e](../deploy/observe) [f](#here) `[g](nowhere.md)`\n```\n[h](nowhere.md)\n```\n"
    )
    found, brought = turned(text, "docs/board.md", pages())
    assert found == text.replace("../README.md", "overview.md").replace(
        "[e](../deploy/observe)", "e (`deploy/observe`)"
    )
    assert brought == {"docs/pictures/board.png": "pictures/board.png"}
    found, brought = turned("![x](data/screenshots/operations.png)", "README.md", pages())
    assert found == "![x](pictures/operations.png)"
    assert brought == {"data/screenshots/operations.png": "pictures/operations.png"}


def test_the_notebook_is_a_page() -> None:
    made = from_notebook((ROOT / NOTEBOOK).read_text(encoding="utf-8"))
    assert made.startswith("# ")
    assert "```python\nfrom" in made


# --- the page of all commands -----------------------------------------------------------------


def test_the_page_of_commands_is_as_it_is_made() -> None:
    assert (ROOT / "docs" / "commands.md").read_text(encoding="utf-8") == page(), (
        "docs/commands.md is not what the commands say now. Write it anew: make docs (or: python -m"
        " scheduler.cli.commands_page docs/commands.md)"
    )


def test_every_command_says_what_it_and_its_options_mean() -> None:
    commands = described()
    assert len({one.words for one in commands}) == len(commands) > 100
    assert [one.title for one in commands if not one.meaning] == []
    silent = [
        f"{one.title} {parameter.typed}"
        for one in commands
        for parameter in (*one.arguments, *one.options)
        if not parameter.meaning
    ]
    assert silent == []
    solve = next(one for one in commands if one.words == ("solve",))
    assert solve.usage == "scheduler solve --collaborative ID --start DATE [OPTIONS]"
    (days,) = (one for one in solve.options if "--days" in one.typed)
    assert (days.typed, days.default) == ("-d, --days NUMBER", "`7`")
    assert days.meaning.endswith("1 to 366.")
