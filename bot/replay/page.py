"""A replay as one HTML page: what passed, expected against got, what changed since the baseline."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from bot.render.sheet import plain, sheet
from bot.replay.baseline import Change
from bot.replay.report import Share, change_line, shares
from bot.replay.run import Result
from bot.replay.seen import SeenQuote

_STYLE = """
.bar{display:flex;height:1.1rem;width:100%;max-width:40rem;border-radius:.3rem;overflow:hidden;
background:var(--bad)}.bar span{background:var(--good)}
.worse{color:var(--bad)}.better{color:var(--good)}
article.failed{border-color:var(--bad)}
details>summary{cursor:pointer;margin:1rem 0}
ol{margin:.4rem 0;padding-inline-start:1.6rem}li{margin:.4rem 0}
td:nth-child(4){text-align:start}
"""


def replay_page(title: str, results: Sequence[Result], changes: Sequence[Change] = ()) -> str:
    """The page, as a whole: failed and worse cases first and open, the others folded away."""
    of_case = defaultdict(list)
    for change in changes:
        of_case[change.id].append(change)
    troubled = [
        each
        for each in results
        if not each.passed or any(change.kind.worse for change in of_case[each.case.id])
    ]
    well = [each for each in results if each not in troubled]
    passed = sum(each.passed for each in results)
    parts = [
        f"<h1><bdi>{plain(title)}</bdi></h1>",
        f'<p class="dim">{passed} of {len(results)} cases passed</p>',
        _table(shares(results)),
    ]
    if changes:
        lines = "".join(f'<li class="{_tone(each)}">{_line(each)}</li>' for each in changes)
        parts.append(f"<h2>Since the baseline</h2><ul>{lines}</ul>")
    if troubled:
        parts.append(f"<h2>To look at</h2>{''.join(_case(each, of_case) for each in troubled)}")
    if well:
        folded = "".join(_case(each, of_case) for each in well)
        parts.append(f"<details><summary>{len(well)} cases as expected</summary>{folded}</details>")
    return sheet(f"{title} – pullquote replay", "\n".join(parts), _STYLE)


def _table(rows: Sequence[Share]) -> str:
    heads = ("language", "cases", "passed", "", "ms (median)")
    head = "".join(f'<th scope="col">{each}</th>' for each in heads)
    body = "".join(
        f'<tr><th scope="row">{plain(each.language)}</th><td>{each.cases}</td>'
        f"<td>{each.passed}</td><td>{_bar(each)}</td><td>{each.ms:.1f}</td></tr>"
        for each in rows
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="wide">{table}</div>'


def _bar(share: Share) -> str:
    """The share of cases that passed, as a picture."""
    part = 100 * share.passed / share.cases
    label = f"{share.passed} of {share.cases} passed"
    return (
        f'<div class="bar" role="img" aria-label="{label}" style="min-width:8rem">'
        f'<span style="width:{part:.1f}%"></span></div>'
    )


def _case(result: Result, of_case: dict[str | None, list[Change]]) -> str:
    state = "passed" if result.passed else "failed"
    why = f'<p class="worse">{_text(result.why)}</p>' if result.why else ""
    since = "".join(
        f'<p class="{_tone(each)}">{_line(each)}</p>' for each in of_case[result.case.id]
    )
    rank = f" · rank {result.rank}" if result.rank else ""
    return f"""<article class="{state}">
<h3 dir="auto">{plain(result.case.question)}</h3>
<p class="dim"><bdi>{plain(result.case.id)}</bdi> · {state}{rank}</p>{why}{since}
<div class="pair"><section class="text"><p class="dim">expected</p>{_expected(result)}</section>
<section class="text"><p class="dim">got</p>{_got(result)}</section></div>
</article>
"""


def _expected(result: Result) -> str:
    expected = result.case.expect
    if not expected.answered:
        return f"<p>no answer: the coverage does not say</p>{_missing(expected.missing or ())}"
    texts = "".join(
        f'<li dir="auto"><mark>{plain(one)}</mark></li>' for one in expected.contains or ()
    )
    parts = (
        [f"<p>one of these in the first {expected.within} quotes</p><ul>{texts}</ul>"]
        if texts
        else []
    )
    parts += [f"<p>outlet <bdi>{plain(expected.outlet)}</bdi></p>"] if expected.outlet else []
    parts += [f"<p>article <bdi>{plain(expected.article)}</bdi></p>"] if expected.article else []
    parts += [f"<p>said by <bdi>{plain(expected.said_by)}</bdi></p>"] if expected.said_by else []
    return "".join(parts) or "<p>an answer</p>"


def _got(result: Result) -> str:
    if not result.seen.quotes:
        return f"<p>no answer</p>{_missing(result.seen.missing)}"
    wanted = result.case.expect.contains or ()
    return f"<ol>{''.join(f'<li>{_quote(each, wanted)}</li>' for each in result.seen.quotes)}</ol>"


def _missing(names: Sequence[str]) -> str:
    """What is said to be missing."""
    listed = ", ".join(f"<bdi>{plain(each)}</bdi>" for each in names)
    return f"<p>missing: {listed}</p>" if listed else ""


def _quote(quote: SeenQuote, wanted: Sequence[str]) -> str:
    source = " · ".join(
        f"<bdi>{plain(part)}</bdi>"
        for part in (quote.outlet or "outlet unknown", quote.published or "undated", quote.article)
    )
    return f'<div dir="auto">{_marked(quote.text, wanted)}</div><p class="dim">{source}</p>'


def _marked(text: str, wanted: Sequence[str]) -> str:
    """The text with `<mark>` around each of the expected texts."""
    if not wanted:
        return plain(text)
    longest_first = sorted(wanted, key=len, reverse=True)
    parts = re.split("(" + "|".join(map(re.escape, longest_first)) + ")", text)
    return "".join(
        f"<mark>{plain(part)}</mark>" if at % 2 else plain(part) for at, part in enumerate(parts)
    )


def _tone(change: Change) -> str:
    return "worse" if change.kind.worse else "better"


def _line(change: Change) -> str:
    return _text(change_line(change))


def _text(text: str) -> str:
    return f'<bdi dir="auto">{plain(text)}</bdi>'
