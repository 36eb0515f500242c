"""What docs/others-files.md shows can be saved as it stands there."""

import re
from pathlib import Path

from scheduler.storage.foreign.mapping_document import mapping_of_text
from scheduler.storage.foreign.run_layout import run_layout

PAGE = Path(__file__).parents[4] / "docs" / "others-files.md"


def test_the_mappings_of_the_page_have_no_faults() -> None:
    shown = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    roster, codes = (mapping_of_text(text.encode(), "page.toml") for text in shown)
    assert {target.file for target in roster.into} == {"worked_shift", "leave"}
    assert codes.layout == run_layout().name
    assert codes.values.keys() <= run_layout().mapping.values.keys()


def test_the_page_names_every_record_that_is_read() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for record in run_layout().records.values():
        assert record.name in page
        assert record.add in page
        assert record.delete in page
