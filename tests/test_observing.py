"""What `docs/observing.md` and `deploy/observe` say of figures, fields and alerts is true of the
code.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import generate_latest
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector, CollectorRegistry

from scheduler.engine.log_lines import FIELDS
from scheduler.storage.queue_measures import EndedJob, QueueMeasures
from ui import metrics

ROOT = Path(__file__).parents[1]
DOCS = (ROOT / "docs" / "observing.md").read_text(encoding="utf-8")
RULES = ROOT / "deploy" / "observe" / "alerts.yml"
DASHBOARD = ROOT / "deploy" / "observe" / "dashboard.json"
UNITS = {"_seconds": "s", "_bytes": "bytes", "_gap": "share"}


class WithoutADatabase(Collector):
    """Every figure that the database may give."""

    def collect(self) -> Iterator[Metric]:
        yield metrics.database_ready(True)
        ended = (EndedJob("solve", "done", 12.0, 0.01), EndedJob("compare", "failed", 1.0, None))
        yield from metrics.of_database(QueueMeasures({}, 0.0, 0, 1, ended, 1), 1, None)


@pytest.fixture(scope="module")
def families() -> dict[str, Metric]:
    """All that a scrape can hold, by the name under which it is asked for."""
    metrics.REQUESTS.labels("/health", "GET", "2xx")
    metrics.LATENCY.labels("/health").observe(0.1)
    metrics.PAGE_RUNS.labels("operations").observe(0.1)
    registry = CollectorRegistry()
    registry.register(WithoutADatabase())
    text = (generate_latest(metrics.REGISTRY) + generate_latest(registry)).decode()
    return {
        family.name + ("_total" if family.type == "counter" else ""): family
        for family in text_string_to_metric_families(text)
    }


@pytest.fixture(scope="module")
def names(families: dict[str, Metric]) -> set[str]:
    """What an expression may name."""
    return {sample.name for family in families.values() for sample in family.samples}


def table(head: str) -> list[list[str]]:
    """The rows of the table that begins so."""
    lines = DOCS[DOCS.index(f"| {head} |") :].splitlines()[2:]
    rows: list[list[str]] = []
    for line in lines:
        if not line.startswith("|"):
            return rows
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def test_every_figure_is_described_as_it_is(families: dict[str, Metric]) -> None:
    expected = {}
    for name, family in families.items():
        if not name.startswith("scheduler_"):
            assert f"`{name}`" in DOCS, name
            continue
        labels = {label for sample in family.samples for label in sample.labels} - {"le"}
        expected[name] = (family.type, family.documentation, labels)
    found = {}
    for name, kind, words, unit, labels in table("figure"):
        found[name.strip("`")] = (kind, words, set(re.findall(r"`(\w+)`", labels)))
        fitting = [one for end, one in UNITS.items() if name.strip("`").endswith(end)]
        assert fitting in ([], [unit]), name
        assert unit, name
    assert found == expected


def test_every_field_of_a_line_is_described() -> None:
    assert {name.strip("`"): words for name, words in table("field")} == FIELDS


def test_every_door_is_described() -> None:
    for door, words in metrics.DOORS.items():
        assert f"`{door}` ({words})" in " ".join(DOCS.split())


def named_in(expression: str) -> set[str]:
    """The figures that an expression of Prometheus names."""
    bare = re.sub(r'"[^"]*"|\{[^}]*\}|\[[^\]]*\]', " ", expression)
    bare = re.sub(r"\b(?:by|without|on|ignoring) *\([^)]*\)", " ", bare)
    words = set(re.findall(r"[a-z_][a-z0-9_]*(?! *\()\b", bare))
    return words - {"and", "or", "unless", "sum", "by", "e", "e9"}


def test_names_are_found_in_expressions() -> None:
    text = 'sum without (kind) (delta(a_jobs{state="failed"}[1h])) > 2 and b_x == 0 or c < 1e9'
    assert named_in(text) == {"a_jobs", "b_x", "c"}
    assert named_in("histogram_quantile(0.95, sum by (le, x) (rate(a_bucket[5m])))") == {"a_bucket"}


def rules() -> list[dict[str, Any]]:
    yaml = pytest.importorskip("yaml")
    groups = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def test_alerts_ask_for_what_there_is(names: set[str]) -> None:
    found = rules()
    assert len(found) == len({rule["alert"] for rule in found}) > 10
    for rule in found:
        asked = named_in(rule["expr"])
        assert asked, rule["alert"]
        assert asked <= names | {"up"}, rule["alert"]
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"]["summary"].endswith(".")


def test_every_alert_says_what_to_do() -> None:
    alerts = [rule["alert"] for rule in rules()]
    for rule in rules():
        assert rule["annotations"]["what_to_do"] == f"docs/observing.md#{rule['alert'].lower()}"
    chapters = dict(
        re.findall(r"^### (\w+)\n\n(.+?)(?=\n\n###|\Z)", DOCS, re.DOTALL | re.MULTILINE)
    )
    assert alerts == list(chapters)
    assert all(len(words) > 80 for words in chapters.values())


def test_labels_of_alerts_are_values_that_there_are(families: dict[str, Metric]) -> None:
    """A wrong label is no error for Prometheus: the alert would be silent for ever."""
    for rule in rules():
        for name, within in re.findall(r"([a-z_]+)\{([^}]*)\}", rule["expr"]):
            for label, value in re.findall(r'(\w+)="([^"]*)"', within):
                if label == "job":
                    continue
                known = {
                    sample.labels.get(label)
                    for family in families.values()
                    for sample in family.samples
                    if sample.name == name
                }
                assert value in known or (label, value) == ("status", "5xx"), rule["alert"]


def test_the_dashboard_shows_every_figure(names: set[str], families: dict[str, Metric]) -> None:
    board = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    panels = [panel for panel in board["panels"] if panel["type"] != "row"]
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    asked: set[str] = set()
    for panel in panels:
        assert panel["title"]
        for target in panel["targets"]:
            found = named_in(target["expr"])
            assert found, panel["title"]
            assert found <= names, panel["title"]
            asked |= found
    shown = {name for name in families if name.startswith("scheduler_")}
    assert {re.sub("_bucket$", "", name) for name in asked} >= shown


def test_panels_lie_beside_each_other() -> None:
    places: set[tuple[int, int]] = set()
    for panel in json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]:
        at = panel["gridPos"]
        taken = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert at["x"] + at["w"] <= 24
        assert not taken & places, panel["title"]
        places |= taken
