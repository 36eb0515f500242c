"""Where a site lies: drawn from coordinates that are known, with nothing loaded from elsewhere."""

from collections.abc import Iterable
from html import escape
from math import cos, radians

import streamlit as st

from scheduler.domain.facts import Site
from ui.components.words import plain

WIDTH, HEIGHT, MARGIN = 340.0, 190.0, 30.0
"""Of the drawing, in its own units."""
KM_PER_DEGREE = 111.2
MOST_WIDE = 420
"""Pixels on a page that has room."""
LEAST_KM = 6.0
"""A map shows so much from side to side at least."""
STYLE = """<style>
text { font: 11px sans-serif; fill: #1d2733; }
text { stroke: #eef2f6; stroke-width: 3px; paint-order: stroke; }
.there { fill: #005eb8; }
.begin { fill: none; stroke: #1d2733; stroke-width: 2; }
.other { fill: #9aa7b4; }
.way { stroke: #005eb8; stroke-width: 2; stroke-dasharray: 5 4; }
.frame { fill: #eef2f6; }
.scale { stroke: #1d2733; stroke-width: 1.5; }
</style>"""
"""A picture knows nothing of the page around it: it is light on dark pages too."""


def site_map(there: Site, begins: Iterable[tuple[str, Site]], around: Iterable[Site]) -> None:
    """A site, where journeys to it begin, and sites around it. What it shows stands beneath in
    words too.
    """
    starts = list(begins)
    words = "; ".join(f"{called} is {site.name}" for called, site in starts)
    with st.container(width=MOST_WIDE):  # less on a narrow page
        st.image(
            drawing(there, starts, list(around)),
            width="stretch",
            caption=f"Map: {plain(there.name)}{'; ' if words else ''}{plain(words)}",
        )


def drawing(there: Site, begins: list[tuple[str, Site]], around: list[Site]) -> str:
    """The same as SVG."""
    shown = [there, *(site for _, site in begins)]
    at = _Projection(shown)
    inside = [site for site in around if site.id not in {one.id for one in shown}]
    parts = [f'<rect class="frame" width="{WIDTH:g}" height="{HEIGHT:g}" rx="8"/>']
    for site in inside:
        x, y = at(site)
        if 0 < x < WIDTH and 0 < y < HEIGHT:
            title = f"<title>{escape(site.name)}</title>"
            parts.append(f'<circle class="other" cx="{x:.1f}" cy="{y:.1f}" r="3">{title}</circle>')
    x, y = at(there)
    for called, site in begins:
        u, v = at(site)
        parts.append(f'<line class="way" x1="{u:.1f}" y1="{v:.1f}" x2="{x:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<circle class="begin" cx="{u:.1f}" cy="{v:.1f}" r="5"/>')
        parts.append(_label(u, v, called))
    parts.append(f'<circle class="there" cx="{x:.1f}" cy="{y:.1f}" r="7"/>')
    parts.append(_label(x, y, there.name))
    parts.append(_scale(shown))
    return (
        f'<svg viewBox="0 0 {WIDTH:g} {HEIGHT:g}" width="{WIDTH:g}" height="{HEIGHT:g}"'
        f' xmlns="http://www.w3.org/2000/svg">{STYLE}{"".join(parts)}</svg>'
    )


def _kilometres(shown: list[Site]) -> float:
    """From side to side of the drawing, so that all of these are on it."""
    north = cos(radians(sum(site.latitude for site in shown) / len(shown)))
    wide = max(s.longitude for s in shown) - min(s.longitude for s in shown)
    high = max(s.latitude for s in shown) - min(s.latitude for s in shown)
    inner, tall = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN
    needed = max(wide * north * KM_PER_DEGREE * WIDTH / inner, high * KM_PER_DEGREE * WIDTH / tall)
    return max(needed, LEAST_KM)


class _Projection:
    """Degrees to the drawing's units: flat, with the middle of what is shown in the middle."""

    def __init__(self, shown: list[Site]) -> None:
        self._unit = WIDTH / _kilometres(shown)
        self._lat = (max(s.latitude for s in shown) + min(s.latitude for s in shown)) / 2
        self._lon = (max(s.longitude for s in shown) + min(s.longitude for s in shown)) / 2

    def __call__(self, site: Site) -> tuple[float, float]:
        east = (site.longitude - self._lon) * KM_PER_DEGREE * cos(radians(self._lat))
        north = (site.latitude - self._lat) * KM_PER_DEGREE
        return WIDTH / 2 + east * self._unit, HEIGHT / 2 - north * self._unit


def _label(x: float, y: float, words: str) -> str:
    """Beside its dot, on the side where there is room."""
    left = x > WIDTH / 2
    anchor, shift = ("end", -10) if left else ("start", 10)
    short = words if len(words) <= 26 else f"{words[:25]}…"
    below = y + 18 if y < HEIGHT / 2 else y - 10
    return (
        f'<text x="{x + shift:.1f}" y="{below:.1f}" text-anchor="{anchor}">{escape(short)}</text>'
    )


def _scale(shown: list[Site]) -> str:
    whole = _kilometres(shown)
    length = next((each for each in (20, 10, 5, 2) if each < whole / 3), 1)
    end = 12 + length * WIDTH / whole
    y = HEIGHT - 10
    return (
        f'<line class="scale" x1="12" y1="{y:g}" x2="{end:.1f}" y2="{y:g}"/>'
        f'<text x="{end + 5:.1f}" y="{y + 4:g}">{length} km</text>'
    )
