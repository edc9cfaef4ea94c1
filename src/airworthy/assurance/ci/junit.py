"""JUnit XML, as Jenkins, GitLab and GitHub's reporters read it: one test case a result."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from airworthy.assurance.ci.told import Told, message, title, told
from airworthy.kernel.result import Result

SKIPPED = (Told.SHOWN, Told.CANNOT_TELL, Told.NOT_RUN, Told.NOT_APPLICABLE)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(
    results: Sequence[Result], file: str, *, started: datetime, seconds: float, notes: Sequence[str] = ()
) -> bytes:
    """A document after the schema of Ant's JUnit report (Windy Road, JUnit.xsd), in UTF-8.

    Parameters
    ----------
    file : what was checked. started : when. seconds : what the whole check took; single checks share scans,
        so each test case has time 0. notes : what was assumed, as properties.

    Notes
    -----
    Cannot tell, not run and does not apply are `skipped`, each with its reason: neither passed nor failed.
    """
    root = Element("testsuites")
    kinds = [told(result) for result in results]
    suite = SubElement(
        root,
        "testsuite",
        {
            "name": _token(f"airworthy check {file}"),
            "package": "airworthy",
            "id": "0",
            "timestamp": started.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
            "hostname": "localhost",
            "tests": str(len(kinds)),
            "failures": str(kinds.count(Told.FAILED)),
            "errors": str(kinds.count(Told.BROKE)),
            "skipped": str(sum(kind in SKIPPED for kind in kinds)),
            "time": f"{seconds:.3f}",
        },
    )
    properties = SubElement(suite, "properties")
    for note in notes:
        SubElement(properties, "property", {"name": "note", "value": _text(note)})
    for result, kind in zip(results, kinds, strict=True):
        _case(suite, result, kind)
    SubElement(suite, "system-out")
    SubElement(suite, "system-err")
    indent(root)
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _case(suite: Element, result: Result, kind: Told) -> None:
    name = _token(title(result))
    case = SubElement(suite, "testcase", {"name": name, "classname": f"airworthy.{result.code}", "time": "0"})
    reason = _text(f"{kind.value}: {message(result)}")
    if kind in SKIPPED:
        SubElement(case, "skipped", {"message": reason})
    elif kind is not Told.PASSED:
        tag = "failure" if kind is Told.FAILED else "error"
        found = SubElement(case, tag, {"message": _text(result.finding), "type": str(result.verdict)})
        found.text = _text(message(result))


def _text(text: str) -> str:
    """Letters that XML cannot hold are written as their code: a name in the data may contain them."""
    return _NOT_XML.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def _token(text: str) -> str:
    """An `xs:token`: single blanks, none at the ends."""
    return " ".join(_text(text).split())
