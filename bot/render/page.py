"""An evaluation as one HTML page that needs nothing beside it: figures, ranks, losing queries."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from bot.render.chart import BANDS, ranks_chart
from bot.render.evaluation import TITLES, asked, is_best
from bot.render.plain import visible
from retrieval.evaluation.evaluate import Outcome
from retrieval.evaluation.losses import Loss, Shown

# More losing queries than anybody reads; of the rest the page gives only the number.
SHOWN_LOSSES = 200
# A text is shown up to here; the figures have seen all of it.
SHOWN_CHARACTERS = 4_000

_COLOURS = "".join(
    f".band{number}{{fill:{colour}}}"
    for number, colour in enumerate(("#1a7f5a", "#4fb286", "#a8cf7a", "#f0c35a", "#d9593d"))
)
_STYLE = f"""
:root{{color-scheme:light dark;--ground:#fff;--ink:#1c1f23;--dim:#5d6670;--line:#d8dde2;
--card:#f6f8fa;--mark:#ffe58a;--good:#1a7f5a}}
@media (prefers-color-scheme:dark){{:root{{--ground:#14171a;--ink:#e6e9ec;--dim:#9aa4ae;
--line:#343b42;--card:#1d2226;--mark:#6b5600;--good:#5fcf9f}}}}
*{{box-sizing:border-box}}
body{{margin:0 auto;padding:1.5rem;max-width:72rem;background:var(--ground);color:var(--ink);
font:16px/1.55 system-ui,"Noto Sans","Noto Naskh Arabic",sans-serif}}
h1{{font-size:1.5rem;margin:0}}h2{{font-size:1.15rem;margin:2rem 0 .5rem}}
p{{margin:.3rem 0}}.dim{{color:var(--dim)}}
.wide{{overflow-x:auto}}table{{border-collapse:collapse;font-variant-numeric:tabular-nums}}
th,td{{padding:.3rem .8rem;text-align:end;border-bottom:1px solid var(--line)}}
th:first-child,td:first-child{{text-align:start}}td.best{{font-weight:700;color:var(--good)}}
svg{{max-width:100%;height:auto}}svg text{{font:13px system-ui,sans-serif;fill:var(--ink)}}
svg .inside{{fill:#0c0f12}}{_COLOURS}
article{{border:1px solid var(--line);border-radius:.6rem;padding:.8rem 1rem;margin:1rem 0}}
article h3{{font-size:1.05rem;margin:0 0 .2rem}}
.pair{{display:grid;grid-template-columns:repeat(auto-fit,minmax(18rem,1fr));gap:.8rem;
margin-top:.6rem}}
.text{{background:var(--card);border-radius:.4rem;padding:.6rem .8rem;min-width:0}}
.text div{{max-height:18rem;overflow:auto;white-space:pre-line;overflow-wrap:anywhere}}
mark{{background:var(--mark);color:inherit;border-radius:.2rem}}
"""


def evaluation_page(title: str, outcomes: Sequence[Outcome], losses: Sequence[Loss]) -> str:
    """The page, as a whole. `outcomes` and the ranks of `losses` are in the same order; the first
    channel is the one whose losses these are."""
    lost = f"{len(losses)} of {len(outcomes[0].placings)} queries"
    channels = [str(outcome.channel) for outcome in outcomes]
    shown = losses[:SHOWN_LOSSES]
    cut = f" The {len(shown)} worst are shown." if len(shown) < len(losses) else ""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{_plain(title)} – pullquote evaluate</title>
<style>{_STYLE}</style>
</head>
<body>
<h1><bdi>{_plain(title)}</bdi></h1>
<p class="dim">{asked(outcomes[0])}</p>
<h2>Figures</h2>
<div class="wide">{_figures(outcomes)}</div>
<h2>Where the best relevant passage comes</h2>
<div class="wide">{ranks_chart(outcomes)}</div>
<h2>Queries that lose</h2>
<p>With the channel {channels[0]}, {lost} do not have a relevant passage first; worst first, words
that the query names marked.{cut}</p>
{"".join(_loss(loss, channels) for loss in shown)}
</body>
</html>
"""


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
    refusal = f'<p class="dim"><bdi>{_plain(loss.refusal)}</bdi></p>' if loss.refusal else ""
    first = _shown("ranked first", loss.first) if loss.first else '<p class="dim">nothing found</p>'
    return f"""<article>
<h3 dir="auto">{_plain(loss.question.text)}</h3>
<p class="dim"><bdi>{_plain(loss.question.id)}</bdi> · rank: {ranks}</p>{refusal}
<div class="pair">{_shown("relevant", loss.relevant)}{first}</div>
</article>
"""


def _shown(role: str, shown: Shown) -> str:
    entry = shown.entry
    headline = f'<p dir="auto"><b>{_plain(entry.headline)}</b></p>' if entry.headline else ""
    return (
        f'<section class="text"><p class="dim">{role}: <bdi>{_plain(entry.id)}</bdi></p>{headline}'
        f'<div dir="auto">{_marked(shown)}</div></section>'
    )


def _marked(shown: Shown) -> str:
    """The text, up to `SHOWN_CHARACTERS`, with `<mark>` around its matches."""
    text = shown.entry.text
    end = min(len(text), SHOWN_CHARACTERS)
    pieces: list[str] = []
    done = 0
    for start, stop in shown.matches:
        if stop > end:
            break
        pieces += [_plain(text[done:start]), f"<mark>{_plain(text[start:stop])}</mark>"]
        done = stop
    pieces += [_plain(text[done:end]), " …" if end < len(text) else ""]
    return "".join(pieces)


def _plain(text: str) -> str:
    return escape(visible(text))
