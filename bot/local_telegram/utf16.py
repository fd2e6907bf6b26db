"""Text measured as Telegram measures it: every offset and length counts UTF-16 code units."""

from bot.local_telegram.types import Json


def utf16_length(text: str) -> int:
    """The number of UTF-16 code units; a lone surrogate counts as one."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf16_cut(text: str, start: int, end: int) -> str:
    """The text between two positions in UTF-16 code units.

    Raises UnicodeDecodeError where a position falls inside a surrogate pair.
    """
    return text.encode("utf-16-le")[start * 2 : end * 2].decode("utf-16-le")


def covered(text: str, entity: Json) -> str:
    """The text that an entity covers."""
    return utf16_cut(text, entity["offset"], entity["offset"] + entity["length"])
