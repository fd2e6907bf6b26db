"""Why a document was not taken, in the reader's language. The reasons come from `corpus`; one
without a form here is shown in English, set apart."""

from __future__ import annotations

import re

from bot.words import Words

_FORMS = tuple(
    (re.compile(form), f"reason_{key}")
    for form, key in (
        (r"no article text: (?P<count>\d+) letters .* at least (?P<least>\d+) .*", "letters"),
        (r"no sentences: .*", "sentences"),
        (r"it is empty", "empty"),
        (r"it is larger than (?P<size>\d+) MB; .*", "large"),
        (r"it unpacks to more than (?P<size>\d+) MB; .*", "large"),
        (r"it is not valid UTF-8.*", "letters_broken"),
        (r"broken JSON.*", "json"),
        (r"it is no ZIP file.*", "zip"),
        (r"nothing to read in this (?:ZIP|folder).*", "nothing"),
        (r"it cannot be read as an HTML page", "page"),
        (r"no article text was found in the page", "page_empty"),
        (r"there is no text after the front matter", "empty"),
        (r"front matter: .*", "front_matter"),
        (r"it is (?:encrypted|protected by a password|locked): .*", "locked"),
        (r"it holds pictures of pages and no text .*", "scan"),
        (r"its fonts do not say which letters they draw: .*", "scan"),
        (r"it is a picture", "scan"),
        (r"it is a damaged .*", "damaged"),
        (r"the (?:message|document) holds no text", "no_text"),
        (r"it holds data, not a page or text", "no_text"),
        (r"it is no web address.*", "address"),
        (r"it does not lead to a public address.*", "not_public"),
        (r"there is no host (?P<host>\S+); .*", "host"),
        (r"the server answers (?P<status>\d+).*", "status"),
        (r"it did not answer within (?P<seconds>[\d.]+) s", "slow"),
        (r"it cannot be reached: .*", "unreachable"),
        (r"its certificate cannot be trusted .*", "certificate"),
        (r"it holds more than (?P<size>[\d.]+) MB; .*", "large"),
        (r"it redirects .*", "redirects"),
        (r"the server asks to be left alone for (?P<seconds>\d+) s", "busy"),
    )
)
# Marks that set a run of left-to-right text apart.
_APART, _END = "\u2066", "\u2069"


def reason_text(reason: str, interface: Words) -> str:
    """A reason in the language of the interface."""
    if interface.language == "en":
        return reason
    for form, key in _FORMS:
        if found := form.fullmatch(reason):
            return interface.say(key, **found.groupdict())
    return interface.say("reason_other", reason=f"{_APART}{reason}{_END}")
