"""The cities that tell of a state where a text does not name it: «Kuala Lumpur» of Malaysia.

They are the cities after which the Unicode CLDR names time zones, which are the capital or the
largest city of nearly every state, in the languages of `corpus.language.cldr`.

    python -m retrieval.training.cities
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from babel import Locale
from babel.core import get_global

from corpus.language.cldr import SCRIPTS
from corpus.language.marks import COMMAS

FILE = Path(__file__).parent.parent / "answer" / "demands" / "cities.tsv"

_NO_STATE = "001"
# Marks of cities that are told apart by their region: «Knox, Indiana».
_REGIONS = f"{COMMAS}(["


def cities() -> list[str]:
    """A line for each state, sorted: its code and its cities, each as all languages spell it."""
    found: dict[str, set[str]] = {}
    zones = get_global("zone_territories")
    for language in (code for codes in SCRIPTS.values() for code in codes):
        for zone, city in _cities(language, zones):
            if (state := zones[zone]) != _NO_STATE:
                found.setdefault(state, set()).add(city)
    return ["\t".join((state, *sorted(found[state]))) for state in sorted(found)]


def _cities(language: str, zones: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    locale = Locale.parse(language)
    for zone in zones:
        city = locale.time_zones.get(zone, {}).get("city")
        # English is the zone's own name, where CLDR gives no other
        if not city and language == "en" and zone.count("/") == 1:
            city = zone.rpartition("/")[2].replace("_", " ")
        if city and not set(city) & set(_REGIONS):
            yield zone, city


def main() -> None:
    FILE.write_text("".join(f"{line}\n" for line in cities()), encoding="utf-8")


if __name__ == "__main__":
    main()
