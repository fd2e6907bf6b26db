"""The results of a replay as JUnit XML, which build servers read.

One test suite a language, one test case a case. What got worse since the baseline fails the case,
or, where it belongs to none, a test case of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from bot.replay.baseline import Change
from bot.replay.report import change_line
from bot.replay.run import Result

# What XML 1.0 has no characters for.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(results: Sequence[Result], changes: Sequence[Change] = ()) -> str:
    """The XML as a whole. Times are seconds."""
    worse = [change for change in changes if change.kind.worse]
    root = ElementTree.Element("testsuites", name="pullquote replay")
    languages = {each.seen.language for each in results} | {each.language for each in worse}
    for language in sorted(languages):
        suite = ElementTree.SubElement(root, "testsuite", name=f"replay {language}")
        for each in results:
            if each.seen.language == language:
                mine = [change for change in worse if change.id == each.case.id]
                _case(suite, each.case.id, _why(each, mine), each.seen.took_ms)
        for change in worse:
            if change.language == language and change.id is None:
                _case(suite, str(change.kind), change_line(change), 0.0)
        _count(suite)
    _count(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _why(result: Result, changes: Sequence[Change]) -> str:
    return "\n".join([*([result.why] if result.why else []), *map(change_line, changes)])


def _case(suite: ElementTree.Element, name: str, why: str, took_ms: float) -> None:
    case = ElementTree.SubElement(
        suite,
        "testcase",
        name=_clean(name),
        classname=suite.attrib["name"].replace(" ", "."),
        time=f"{took_ms / 1000:.6f}",
    )
    if why:
        failure = ElementTree.SubElement(case, "failure", message=_clean(why.partition("\n")[0]))
        failure.text = _clean(why)


def _count(element: ElementTree.Element) -> None:
    cases = list(element.iter("testcase"))
    element.set("tests", str(len(cases)))
    element.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    element.set("errors", "0")
    element.set("time", f"{sum(float(case.attrib['time']) for case in cases):.6f}")


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
