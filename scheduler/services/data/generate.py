"""A made-up collaborative, written down as a folder that can be imported like any other."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest, NotFound
from scheduler.domain.wording import either, nearest
from scheduler.storage.writing import write_folder
from scheduler.synthetic import DEFAULT_START, NATURES, CollaborativeNature, generate


@dataclass(frozen=True)
class Generated:
    """What was made, with all that is needed to solve it."""

    collaborative_id: str
    name: str
    start: date
    staff: int
    demand: int
    folder: Path


def generate_folder(
    staff: int, seed: int, folder: Path, start: date = DEFAULT_START, *, nature: str = "usual"
) -> Generated:
    """Write a synthetic collaborative of `staff` people, the same for the same arguments.

    `nature`: the name of what sets it apart. Raises NotFound for a nature that does not exist;
    BadRequest for too few staff, for a start that is no Monday, and for a folder that holds other
    CSV files.
    """
    try:
        dataset = Dataset.from_cells(generate(staff, seed, start=start, nature=_nature(nature)))
    except ValueError as error:
        raise BadRequest(f"{error}.") from None
    foreign = (
        [
            entry.name
            for entry in folder.glob("*.csv")
            if entry.stem not in dataset.__dataclass_fields__
        ]
        if folder.is_dir()
        else []
    )
    if foreign:
        raise BadRequest(
            f"{folder} holds other CSV files ({', '.join(sorted(foreign)[:5])}), which would spoil"
            " the dataset: name an empty folder."
        )
    write_folder(dataset, folder)
    collaborative = dataset.collaborative[0]
    return Generated(
        collaborative.id, collaborative.name, start, len(dataset.staff), len(dataset.demand), folder
    )


def _nature(name: str) -> CollaborativeNature:
    """Raises NotFound."""
    if name in NATURES:
        return NATURES[name]
    near = nearest(name, NATURES)
    if near:
        raise NotFound(f"No nature {name!r}. Maybe {either(near)}?")
    raise NotFound(
        "\n".join(
            [
                f"No nature {name!r}. There are:",
                *(f"  {known}: {nature.meaning}" for known, nature in NATURES.items()),
            ]
        )
    )
