from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from hegui.junit import TestCase, TestSuite, junit_xml

CASE = TestCase(
    "达标得满分", "kunming-2017", "failure", "得 0 分,应为 1 分", "expected 1\nfound 0", "score", "a.yaml", 3
)


def _parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)  # noqa: S314  # what we have just written


def test_a_failed_test_carries_its_place_message_and_detail() -> None:
    root = _parsed(junit_xml([TestSuite("cases", (CASE, TestCase("另一例")))]))

    assert root.attrib == {"tests": "2", "failures": "1", "errors": "0", "skipped": "0"}
    failed, passed = root.findall("testsuite/testcase")
    assert failed.attrib == {"name": "达标得满分", "classname": "kunming-2017", "file": "a.yaml", "line": "3"}
    failure = failed.find("failure")
    assert failure is not None and failure.attrib == {"message": "得 0 分,应为 1 分", "type": "score"}
    assert failure.text == "expected 1\nfound 0"
    assert passed.attrib == {"name": "另一例"} and len(passed) == 0


def test_a_skipped_test_says_why() -> None:
    (case,) = _parsed(junit_xml([TestSuite("s", (TestCase("x", outcome="skipped", message="无例"),))])).iter("testcase")

    assert [(child.tag, child.attrib) for child in case] == [("skipped", {"message": "无例"})]


def test_what_xml_cannot_hold_is_shown_and_markup_is_text() -> None:
    text = junit_xml(
        [TestSuite('a"<&>\x00', (TestCase("\x1b[31m\ud800\uffff", outcome="error", detail="]]><b/>\x9b"),))]
    )

    suite = _parsed(text)[0]
    assert suite.attrib["name"] == 'a"<&>\\x00'
    (case,) = suite
    assert case.attrib["name"] == "\\x1b[31m\\ud800\\uffff"
    assert case[0].text == "]]><b/>\\x9b"


@given(st.text(), st.text(), st.sampled_from(("passed", "failure", "error", "skipped")))
def test_any_text_gives_a_document_that_reads_back_with_its_counts(name: str, detail: str, outcome: str) -> None:
    suite = TestSuite(name, (TestCase(name, outcome=outcome, detail=detail),))  # type: ignore[arg-type]  # one of the four
    root = _parsed(junit_xml([suite]).encode("utf-8").decode("utf-8"))

    assert root.attrib["tests"] == "1"
    assert [child.tag for child in root.iter("testcase")] == ["testcase"]
