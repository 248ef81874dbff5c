"""The pages of docs/lint, made from the codes and their examples. To renew them: `python -m tests.lint.pages`."""

from __future__ import annotations

from collections.abc import Iterator

from engine.lint.codes import Code
from engine.lint.loadercodes import ALL, LOADING
from tests.lint.examples import Change, Example, examples
from tests.repo.repository import ROOT

FOLDER = ROOT / "docs/lint"
HEADER = (
    "<!-- Made by `python -m tests.lint.pages`; the words are in engine/lint, the examples in tests/lint/examples. -->"
)
_NAMES = {
    "root": "rulebook.yaml",
    "section": "a section file",
    "indicators": "indicators",
    "concepts": "vocabulary.yaml",
}
_ENDS = {"root": "", "section": "", "indicators": "indicators:\n", "concepts": "concepts:\n"}


def pages() -> dict[str, str]:
    """File name -> text."""
    made = {f"{code}.md": page(one) for code, one in ALL.items()}
    return {"README.md": index(), **made}


def index() -> str:
    """The list of all codes."""
    lines = [HEADER, "", "# What `hegui lint` tells", ""]
    lines += [
        "`hegui lint` 的每一条提示都有编号,一号一页:是什么,为什么要紧,怎么改,附例。",
        "Every finding has a code, and every code a page: what it is, why it matters, the way out, with an example.",
        "",
        "Errors keep a rulebook from being used. Warnings are almost surely mistakes. Notes are what a careful reader would ask.",
        "`--fail-on warning` makes warnings count for the exit status; `accept` in rulebook.yaml accepts what the document itself gets wrong.",
    ]  # fmt: skip
    for title, codes in (
        ("Of rulebooks that load", [c for c in ALL if c not in LOADING]),
        ("Of loading", list(LOADING)),
    ):
        lines += ["", f"## {title}", "", "| code | severity | 问题 | finding |", "|---|---|---|---|"]
        lines += [
            f"| [{code}]({code}.md) | {ALL[code].severity} | {ALL[code].title.zh} | {ALL[code].title.en} |"
            for code in codes
        ]
    return "\n".join(lines) + "\n"


def page(one: Code) -> str:
    """The page of one code."""
    lines = [HEADER, "", f"# {one.code}: {one.title.en}", "", f"**{one.title.zh}** · {one.severity}", ""]
    lines += [one.why.zh, "", f"怎么改:{one.mend.zh}", "", one.why.en, "", f"The way out: {one.mend.en}"]
    example = examples().get(one.code)
    if example is not None:
        lines += list(_example(example))
    return "\n".join(lines) + "\n"


def _example(example: Example) -> Iterator[str]:
    yield from ("", "## Example", "")
    if example.bad.also:
        others = ", ".join(f"[{code}]({code}.md)" for code in example.bad.also if code != example.code)
        if others:
            yield from (f"Comes with {others}.", "")
    yield from _shown(example.bad)
    yield from ("", "Mended:", "")
    yield from _shown(example.good)


def _shown(change: Change) -> Iterator[str]:
    if not change.parts:
        yield "The entry is removed."
        return
    blocks = []
    for key, value in change.parts.items():
        if key == "files":
            blocks += [f"```yaml\n# {name}\n{text.rstrip()}\n```" for name, text in value.items()]
        else:
            indented = "".join(f"  {line}\n" for line in value.splitlines()) if _ENDS[key] else value
            blocks.append(f"```yaml\n# {_NAMES[key]}\n{_ENDS[key]}{indented.rstrip()}\n```")
    yield "\n\n".join(blocks)


def main() -> None:
    """Write every page, and remove pages of codes there are no more."""
    FOLDER.mkdir(exist_ok=True)
    made = pages()
    for path in FOLDER.glob("*.md"):
        if path.name not in made:
            path.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
