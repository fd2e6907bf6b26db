"""Marks of all scripts, by what they do: strings to be looked into or put into character classes.

None has a hyphen-minus but `DASHES`, where it is first, as a class wants it.
"""

from __future__ import annotations

QUESTION_MARKS = "?؟？"
EXCLAMATION_MARKS = "!！"
SENTENCE_ENDS = ".!?؟…۔。！？"
ARABIC_COMMA = "،"
COMMAS = ",،、，"
SEMICOLONS = ";؛；"
COLONS = ":："
CLAUSE_ENDS = COMMAS + SEMICOLONS + COLONS
DASHES = "-‐‑–—―"
QUOTES = '"«»“”„‟‹›「」『』'
CLOSING_QUOTES = "\"'»”’›」』"
DECIMAL_MARKS = ".,٫"
ARABIC_NUMBER_MARKS = "٫٬"
# Between groups of digits; full stop and comma may be either.
THOUSANDS_MARKS = ".,٬'’ "
PERCENT = "%٪"
# Invisible marks of direction.
DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
