"""Headers every answer bears: what a page may load, and who may show it."""

from __future__ import annotations

_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)

HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


def page_policy(nonce: str) -> str:
    """The policy of a page whose own script adds a style sheet that bears this nonce."""
    return f"{_POLICY}; style-src 'self' 'nonce-{nonce}'"
