"""What the server does to every text: it strips, trims and repairs, and finds entities itself."""

import re

from bot.local_telegram.errors import refuse
from bot.local_telegram.html import TAGS
from bot.local_telegram.types import Json
from bot.local_telegram.utf16 import utf16_length

MOST_ENTITIES = 100
NESTABLE = {"bold", "italic", "underline", "strikethrough", "spoiler"}
QUOTES = {"blockquote", "expandable_blockquote"}
DETECTED = {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"}
ENTITY_TYPES = set(TAGS.values()) | QUOTES | DETECTED | {"text_mention"}

EMPTY = re.compile("[\\s\u200b-\u200f\ufeff\u00a0\u2000-\u200a\u202f\u205f\u2800\u3000\ufffc]*\\Z")
DOUBLED_DIRECTION_MARK = re.compile("[\u200e\u200f](?=[\u200e\u200f])")
AUTOMATIC = [
    (
        "url",
        re.compile(
            r"https?://[^\s<>\"\u2066-\u2069]+"
            r"|(?<![\w@/.])(?:[\w-]+\.)+(?:com|org|net|me|info|io)\b"
            r"(?:/[^\s<>\"\u2066-\u2069]*)?"
        ),
    ),
    ("email", re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/])")),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z]\w{2,31}\b")),
    ("hashtag", re.compile(r"(?<![\w#])#\w*[^\W\d]\w*")),
]


def clean(
    text: str, entities: list[Json], warnings: list[str], what: str = "Text"
) -> tuple[str, list[Json]]:
    """The text and entities as they are stored.

    Every silent change is noted in `warnings`. Raises ApiError where the server refuses: an entity
    outside the text or inside a surrogate pair, or a text with nothing to see.
    """
    stripped, moved = _strip(text, warnings)
    kept: list[Json] = []
    for entity in sorted(entities, key=lambda e: (e["offset"], -e["length"])):
        placed = _place(entity, moved, utf16_length(text))
        if placed["length"] > 0 and _fits(placed, kept, warnings):
            kept.append(placed)
    trimmed, kept = _trim(stripped, kept)
    refuse(EMPTY.match(trimmed), f"{what.lower()} must be non-empty")
    if len(kept) > MOST_ENTITIES:
        warnings.append(f"{len(kept)} entities, only the first {MOST_ENTITIES} kept")
    return trimmed, kept[:MOST_ENTITIES]


def _strip(text: str, warnings: list[str]) -> tuple[str, dict[int, int]]:
    """The text without control and bidi-embedding characters, and where each old offset went."""
    kept: list[str] = []
    moved: dict[int, int] = {}
    old = new = 0
    for char in text:
        moved[old] = new
        old += utf16_length(char)
        if char == "\r" or "\u2028" <= char <= "\u202e" or char in "\u0333\u033f\u030a":
            warnings.append(f"server removed U+{ord(char):04X}")
            continue
        if char < " " and char != "\n":
            warnings.append(f"server replaced U+{ord(char):04X} with a space")
            char = " "
        kept.append(char)
        new += utf16_length(char)
    moved[old] = new
    return DOUBLED_DIRECTION_MARK.sub("\u200c", "".join(kept)), moved


def _place(entity: Json, moved: dict[int, int], length: int) -> Json:
    """The entity at its place in the stripped text."""
    start = entity["offset"]
    end = start + entity["length"]
    refuse(
        end > length,
        f"entity beginning at UTF-16 offset {start} ends after the end of the text "
        f"at UTF-16 offset {length}",
    )
    refuse(
        start not in moved or end not in moved,
        "entity begins or ends in a middle of a UTF-16 symbol",
    )
    return entity | {"offset": moved[start], "length": moved[end] - moved[start]}


def _fits(entity: Json, kept: list[Json], warnings: list[str]) -> bool:
    """Whether the entity may stand where it is, among those kept before it."""
    start = entity["offset"]
    end = start + entity["length"]
    clashing = [o for o in kept if start < o["offset"] + o["length"] and o["offset"] < end]
    if any(_excludes(other["type"], entity["type"]) for other in clashing):
        warnings.append(f"server dropped nested {entity['type']}")
        return False
    if any(o["offset"] > start or end > o["offset"] + o["length"] for o in clashing):
        warnings.append(f"partially overlapping {entity['type']}")
    return True


def _excludes(outer: str, inner: str) -> bool:
    if outer in ("pre", "code"):
        return True
    if outer in QUOTES and inner in QUOTES:
        return True
    return outer not in NESTABLE | QUOTES and inner not in NESTABLE | QUOTES


def _trim(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Without blanks at either end; blanks in front stay where an entity covers them."""
    ended = text.rstrip(" \n")
    end = utf16_length(ended)
    blanks = len(text) - len(text.lstrip(" \n"))
    lead = min([blanks, *(entity["offset"] for entity in entities)])
    trimmed = []
    for entity in entities:
        length = min(entity["offset"] + entity["length"], end) - entity["offset"]
        if length > 0:
            trimmed.append(entity | {"offset": entity["offset"] - lead, "length": length})
    return ended[lead:], trimmed


def detect(text: str, entities: list[Json]) -> list[Json]:
    """The entities with those the server adds outside links and code: URLs, mentions and such."""
    found = list(entities)
    taken = [
        (e["offset"], e["offset"] + e["length"])
        for e in entities
        if e["type"] not in NESTABLE | QUOTES
    ]
    for kind, pattern in AUTOMATIC:
        for match in pattern.finditer(text):
            start = utf16_length(text[: match.start()])
            end = start + utf16_length(match.group())
            if not any(start < other_end and begin < end for begin, other_end in taken):
                taken.append((start, end))
                found.append({"type": kind, "offset": start, "length": end - start})
    return sorted(found, key=lambda e: (e["offset"], -e["length"]))
