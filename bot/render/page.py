"""An evaluation as one HTML page that needs no other file: figures, ranks, losing queries."""

from __future__ import annotations

from collections.abc import Sequence

from bot.render.chart import BANDS, ranks_chart
from bot.render.evaluation import TITLES, asked, is_best
from bot.render.sheet import plain, sheet
from retrieval.evaluation.evaluate import Outcome
from retrieval.evaluation.losses import Loss, RankedText

# More losing queries than anybody reads; of the rest the page gives only the number.
SHOWN_LOSSES = 200
# A text is shown up to here; the figures have seen all of it.
SHOWN_CHARACTERS = 4_000

_COLOURS = "".join(
    f".band{number}{{fill:{colour}}}"
    for number, colour in enumerate(("#1a7f5a", "#4fb286", "#a8cf7a", "#f0c35a", "#d9593d"))
)


def evaluation_page(title: str, outcomes: Sequence[Outcome], losses: Sequence[Loss]) -> str:
    """The page, as a whole. `outcomes` and the ranks of `losses` are in the same order; the first
    channel is the one whose losses these are."""
    lost = f"{len(losses)} of {len(outcomes[0].placings)} queries"
    channels = [str(outcome.channel) for outcome in outcomes]
    shown = losses[:SHOWN_LOSSES]
    cut = f" The {len(shown)} worst are shown." if len(shown) < len(losses) else ""
    body = f"""<h1><bdi>{plain(title)}</bdi></h1>
<p class="dim">{asked(outcomes[0])}</p>
<h2>Figures</h2>
<div class="wide">{_figures(outcomes)}</div>
<h2>Where the best relevant passage comes</h2>
<div class="wide">{ranks_chart(outcomes)}</div>
<h2>Queries that lose</h2>
<p>With the channel {channels[0]}, {lost} do not have a relevant passage first; worst first, words
that the query names marked.{cut}</p>
{"".join(_loss(loss, channels) for loss in shown)}"""
    return sheet(f"{title} – pullquote evaluate", body, _COLOURS)


def _figures(outcomes: Sequence[Outcome]) -> str:
    heads = ("channel", *TITLES.values(), "ms p50", "ms p95")
    rows = [
        f'<tr><th scope="row">{outcome.channel}</th>'
        + "".join(
            f"<td{_best(name, outcome, outcomes)}>{outcome.figures[name]:.3f}</td>"
            for name in TITLES
        )
        + f"<td>{outcome.query_ms(50):.1f}</td><td>{outcome.query_ms(95):.1f}</td></tr>"
        for outcome in outcomes
    ]
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _best(name: str, outcome: Outcome, outcomes: Sequence[Outcome]) -> str:
    return ' class="best"' if is_best(name, outcome, outcomes) else ""


def _loss(loss: Loss, channels: Sequence[str]) -> str:
    beyond = BANDS[-1].name
    ranks = " · ".join(
        f"{channel} {beyond if rank is None else rank}"
        for channel, rank in zip(channels, loss.ranks, strict=True)
    )
    refusal = f'<p class="dim"><bdi>{plain(loss.refusal)}</bdi></p>' if loss.refusal else ""
    first = _shown("ranked first", loss.first) if loss.first else '<p class="dim">nothing found</p>'
    return f"""<article>
<h3 dir="auto">{plain(loss.question.text)}</h3>
<p class="dim"><bdi>{plain(loss.question.id)}</bdi> · rank: {ranks}</p>{refusal}
<div class="pair">{_shown("relevant", loss.relevant)}{first}</div>
</article>
"""


def _shown(role: str, shown: RankedText) -> str:
    entry = shown.entry
    headline = f'<p dir="auto"><b>{plain(entry.headline)}</b></p>' if entry.headline else ""
    return (
        f'<section class="text"><p class="dim">{role}: <bdi>{plain(entry.id)}</bdi></p>{headline}'
        f'<div dir="auto">{_marked(shown)}</div></section>'
    )


def _marked(shown: RankedText) -> str:
    """The text, up to `SHOWN_CHARACTERS`, with `<mark>` around its matches."""
    text = shown.entry.text
    end = min(len(text), SHOWN_CHARACTERS)
    pieces: list[str] = []
    done = 0
    for start, stop in shown.matches:
        if stop > end:
            break
        pieces += [plain(text[done:start]), f"<mark>{plain(text[start:stop])}</mark>"]
        done = stop
    pieces += [plain(text[done:end]), " …" if end < len(text) else ""]
    return "".join(pieces)
