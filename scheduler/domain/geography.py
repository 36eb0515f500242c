"""How far it is, and how long it takes, from one site to another."""

from collections.abc import Iterable
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

from scheduler.domain.facts import Site, TravelTime

EARTH_KM = 6371.0
ROAD_FACTOR = 1.3
ROAD_KM_PER_MINUTE = 45 / 60
KM_PER_MILE = 1.609344


class Geography:
    """Distances between sites, by id."""

    def __init__(self, sites: Iterable[Site], travel_times: Iterable[TravelTime]) -> None:
        self._sites = {site.id: site for site in sites}
        self._measured = {(t.from_site_id, t.to_site_id): t.minutes for t in travel_times}
        self.road_km = lru_cache(maxsize=None)(self._road_km)
        self.minutes = lru_cache(maxsize=None)(self._minutes)

    def _road_km(self, from_site: str, to_site: str) -> float:
        """Great circle times 1.3 [km]."""
        one, other = self._sites[from_site], self._sites[to_site]
        lat1, lon1, lat2, lon2 = map(
            radians, (one.latitude, one.longitude, other.latitude, other.longitude)
        )
        chord = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
        return 2 * EARTH_KM * asin(min(1.0, sqrt(chord))) * ROAD_FACTOR

    def road_miles(self, from_site: str, to_site: str) -> float:
        """Great circle times 1.3 [miles]."""
        return self.road_km(from_site, to_site) / KM_PER_MILE

    def _minutes(self, from_site: str, to_site: str) -> float:
        """The measured time, else the other direction's, else by road distance at 45 km/h
        [minutes], not rounded.
        """
        if from_site == to_site:
            return 0.0
        for journey in ((from_site, to_site), (to_site, from_site)):
            if journey in self._measured:
                return self._measured[journey]
        return self._road_km(from_site, to_site) / ROAD_KM_PER_MINUTE
