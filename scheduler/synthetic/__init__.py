"""Made-up but lifelike datasets: a fictional county of any size, and the shapes of two real
collaboratives.

Everything that names a person, a shift, a price paid or a clearance is invented. `generate` gives
the rows of every file of the data contract; the same arguments give the same rows on every machine.
"""

from scheduler.synthetic.county import collaborative_id, county_shape
from scheduler.synthetic.examples import EXAMPLES, generate_example
from scheduler.synthetic.generate import DEFAULT_START, LEAST_STAFF, generate
from scheduler.synthetic.mid_and_south_essex import mid_and_south_essex
from scheduler.synthetic.nature import NATURES, CollaborativeNature
from scheduler.synthetic.north_east_essex import north_east_essex
from scheduler.synthetic.shape import Shape
from scheduler.synthetic.tables import CONTRACT

__all__ = [
    "CONTRACT",
    "DEFAULT_START",
    "EXAMPLES",
    "LEAST_STAFF",
    "NATURES",
    "CollaborativeNature",
    "Shape",
    "collaborative_id",
    "county_shape",
    "generate",
    "generate_example",
    "mid_and_south_essex",
    "north_east_essex",
]
