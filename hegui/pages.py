"""The head of the pages we write: one style for screen and paper, nothing loaded from anywhere."""

from __future__ import annotations

import base64
import hashlib
from html import escape

from facts.problem import Language

_STYLE = """
body{font:14px/1.6 "Noto Sans CJK SC","Microsoft YaHei","PingFang SC",sans-serif;max-width:62em;margin:2em auto;padding:0 1em;color:#222}
h1{font-size:1.5em}h2{font-size:1.2em;border-bottom:1px solid #ccc;margin-top:2em}
table{border-collapse:collapse;margin:.6em 0}td,th{border:1px solid #ccc;padding:.25em .6em;vertical-align:top;text-align:left}
th{background:#eef2f7}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
del{background:#fbe4e0;text-decoration:none}ins{background:#e0f2e6;text-decoration:none}
.quiet{color:#666}.at{color:#666;font-size:.85em}.chart{width:100%;height:auto}.chart text{font-size:12px}
@media print{body{margin:0;max-width:none}h2{break-after:avoid}tr{break-inside:avoid}}
"""


def head(title: str, language: Language, more: str = "", *, strict: bool = False) -> str:
    """Everything up to the body's first line; `more` is style of this page alone.

    A strict page tells the browser to run nothing, load nothing and use no style but this one, whatever it is made to hold.
    """
    style = _STYLE + more
    policy = f'<meta http-equiv="Content-Security-Policy" content="{_policy(style)}">\n' if strict else ""
    return (
        f'<!doctype html><html lang="{"zh-CN" if language == "zh" else "en"}"><head><meta charset="utf-8">\n{policy}'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title><style>{style}</style></head><body>'
    )


def _policy(style: str) -> str:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
