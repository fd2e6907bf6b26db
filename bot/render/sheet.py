"""An HTML page that needs no other file and can load nothing."""

from __future__ import annotations

from html import escape

from bot.render.plain import visible

_STYLE = """
:root{color-scheme:light dark;--ground:#fff;--ink:#1c1f23;--dim:#5d6670;--line:#d8dde2;
--card:#f6f8fa;--mark:#ffe58a;--good:#1a7f5a;--bad:#b3372b}
@media (prefers-color-scheme:dark){:root{--ground:#14171a;--ink:#e6e9ec;--dim:#9aa4ae;
--line:#343b42;--card:#1d2226;--mark:#6b5600;--good:#5fcf9f;--bad:#ff8a7a}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem;max-width:72rem;background:var(--ground);color:var(--ink);
font:16px/1.55 system-ui,"Noto Sans","Noto Naskh Arabic",sans-serif}
h1{font-size:1.5rem;margin:0}h2{font-size:1.15rem;margin:2rem 0 .5rem}
p{margin:.3rem 0}.dim{color:var(--dim)}
.wide{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.3rem .8rem;text-align:end;border-bottom:1px solid var(--line)}
th:first-child,td:first-child{text-align:start}td.best{font-weight:700;color:var(--good)}
svg{max-width:100%;height:auto}svg text{font:13px system-ui,sans-serif;fill:var(--ink)}
svg .inside{fill:#0c0f12}
article{border:1px solid var(--line);border-radius:.6rem;padding:.8rem 1rem;margin:1rem 0}
article h3{font-size:1.05rem;margin:0 0 .2rem}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(18rem,1fr));gap:.8rem;
margin-top:.6rem}
.text{background:var(--card);border-radius:.4rem;padding:.6rem .8rem;min-width:0}
.text div{max-height:18rem;overflow:auto;white-space:pre-line;overflow-wrap:anywhere}
mark{background:var(--mark);color:inherit;border-radius:.2rem}
"""


def sheet(title: str, body: str, style: str = "") -> str:
    """The page: `title` as text, `body` as HTML, `style` in addition to that of every page."""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{plain(title)}</title>
<style>{_STYLE}{style}</style>
</head>
<body>
{body}
</body>
</html>
"""


def plain(text: str) -> str:
    """Text of any source as HTML, without control characters."""
    return escape(visible(text))
