"""A dossier, the quotes that somebody has collected, as Markdown, for Word, and in a chat. The text
of a quote is exact, and below it stand its citation and receipt. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

from bot.render.buttons import COLLECT
from bot.render.citation import citation, escape, lead_in, marked, quote_markdown
from bot.render.messages import Button, Document, Message
from bot.render.plain import web_address
from bot.render.telegram_text import directed, note
from bot.words import Words
from retrieval.types import Quote

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.text.paragraph import Paragraph

MARKDOWN, DOCX, CLEAR = "md", "docx", "x"

_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A quote in a dossier, as its receipt has it; none where no article has it any more.
    `superseded`: the article has another text now."""

    receipt: str
    quote: Quote | None
    superseded: bool = False


def dossier_menu(count: int, interface: Words) -> Message:
    """How many quotes there are, and buttons for what can be done with them."""
    if not count:
        return Message(note(interface.say("dossier_empty"), interface))
    text = interface.count("dossier_quotes", count)
    row = tuple(
        Button(directed(interface.say(key), interface), f"{COLLECT}{data}")
        for key, data in (
            ("button_markdown", MARKDOWN),
            ("button_word", DOCX),
            ("button_clear", CLEAR),
        )
    )
    return Message(note(text, interface), (row,))


def dossier_message(entries: Sequence[Entry], form: str, today: date, interface: Words) -> Message:
    """The dossier as a file."""
    made = (
        dossier_docx(entries, today, interface)
        if form == DOCX
        else dossier_markdown(entries, today, interface).encode()
    )
    text = interface.count("dossier_quotes", len(entries))
    return Message(note(text, interface), document=Document(f"dossier-{today}.{form}", made))


def dossier_markdown(entries: Sequence[Entry], today: date, interface: Words) -> str:
    """Each quote as a block quotation with its citation, below a title, as CommonMark."""
    parts = [f"# {escape(_title(today, interface))}"]
    for each in entries:
        if each.quote:
            parts.append(quote_markdown(each.quote, interface))
        parts += [escape(line) for line in _remarks(each, interface)]
    return "\n\n".join(parts) + "\n"


def dossier_docx(entries: Sequence[Entry], today: date, interface: Words) -> bytes:
    """The same as a document for Word."""
    import docx  # few ask for it, and it takes a moment

    word = docx.Document()
    right_to_left = interface.right_to_left
    _directed(word.add_heading(_title(today, interface), level=1), right_to_left)
    for each in entries:
        if each.quote:
            _add_quote(word, each.quote, interface)
        for line in _remarks(each, interface):
            _directed(word.add_paragraph(line), right_to_left)
    made = BytesIO()
    word.save(made)
    return made.getvalue()


def _title(today: date, interface: Words) -> str:
    return interface.say("dossier_title", day=interface.date(today))


def _remarks(each: Entry, interface: Words) -> Iterator[str]:
    if each.quote is None:
        yield interface.say("dossier_gone", receipt=each.receipt)
    elif each.superseded:
        yield interface.say("verify_superseded")


def _add_quote(word: Word, quote: Quote, interface: Words) -> None:
    right_to_left = quote.article.language in _RIGHT_TO_LEFT
    if quote.lead_in:
        _directed(word.add_paragraph(lead_in(quote)), right_to_left)
    _directed(word.add_paragraph(marked(quote), style="Quote"), right_to_left)
    cited = word.add_paragraph(citation(quote, interface))
    if url := web_address(quote.article.source.url):
        cited.add_run("\n")
        _add_link(cited, url)
    _directed(cited, interface.right_to_left)


def _directed(paragraph: Paragraph, right_to_left: bool) -> None:
    """Let a paragraph and its text run from right to left, which the library has no word for."""
    if not right_to_left:
        return
    paragraph.paragraph_format.element.get_or_add_pPr().append(_element("w:bidi"))
    for run in paragraph.runs:
        run.font.rtl = True


def _add_link(paragraph: Paragraph, url: str) -> None:
    """An address that can be followed, which the library can read and not write."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml.ns import qn

    run = paragraph.add_run(url)
    run.font.underline = True
    link = _element("w:hyperlink")
    link.set(
        qn("r:id"), paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    )
    link.append(run._r)
    paragraph._p.append(link)


def _element(name: str) -> Any:
    from docx.oxml import OxmlElement

    return OxmlElement(name)
