"""Faults that a driver orders: the next calls of a method fail in a chosen way."""

from bot.local_telegram.types import Json

KINDS = {"error", "flood", "timeout", "slow", "reset", "lost", "malformed", "html"}


class Faults:
    """The ordered faults, in the order in which they were ordered."""

    def __init__(self) -> None:
        self.ordered: list[Json] = []

    def order(self, spec: Json) -> None:
        """Take an order: kind, method ("*" is every one), count, skip and what the kind needs.

        "*" spares getUpdates unless `polls` is set. Raises ValueError for an unknown kind.
        """
        if spec["kind"] not in KINDS:
            raise ValueError(f"unknown fault {spec['kind']!r}, known are {sorted(KINDS)}")
        method = spec.get("method", "*").lower()
        self.ordered.append({"count": 1, "skip": 0} | spec | {"method": method})

    def take(self, method: str) -> Json | None:
        """The fault that this call suffers; the call counts as skipped by those still waiting."""
        matching = [fault for fault in self.ordered if fault["method"] in ("*", method)]
        due = next((fault for fault in matching if _is_due(fault, method)), None)
        for fault in matching:
            if fault["skip"] > 0:
                fault["skip"] -= 1
        if due:
            due["count"] -= 1
        return due


def _is_due(fault: Json, method: str) -> bool:
    if fault["skip"] > 0 or fault["count"] <= 0:
        return False
    return fault["method"] != "*" or method != "getupdates" or bool(fault.get("polls"))
