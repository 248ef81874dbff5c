"""Single sign-on by OpenID Connect: the code flow with PKCE, state and nonce; the house's server is the only one spoken to.

Between leaving and coming back nothing is kept but a cookie of ten minutes with state, nonce and verifier: only the browser
that left can come back.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from hegui.desk.settings import SignOn

_TIMEOUT = 10.0
_LARGEST = 1024 * 1024


class SignOnFailed(Exception):
    """It did not work out; the words are for the log, the visitor hears a sentence."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """Where to send a browser, and what it must bring back."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Known:
    """Who came back: `subject` is unique for ever (issuer and subject), `name` and `shown` are for people."""

    subject: str
    name: str
    shown: str


def leaving(sign_on: SignOn, back: str) -> Leaving:
    """The way to the house's server. Raises SignOnFailed where it does not answer."""
    state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
    query = urlencode(
        {
            "response_type": "code",
            "client_id": sign_on.client,
            "redirect_uri": back,
            "scope": "openid profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
        }
    )
    return Leaving(f"{_metadata(sign_on)['authorization_endpoint']}?{query}", state, nonce, verifier)


def coming_back(sign_on: SignOn, back: str, code: str, nonce: str, verifier: str) -> Known:
    """Who that is, by what the house's server signed. Raises SignOnFailed."""
    metadata = _metadata(sign_on)
    answer = _ask(
        "POST",
        metadata["token_endpoint"],
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": sign_on.client,
            "code_verifier": verifier,
        },
        auth=(sign_on.client, sign_on.secret),
    )
    claims = _claims(sign_on, metadata, str(answer.get("id_token", "")), nonce)
    name = str(claims.get("preferred_username") or claims.get("name") or claims["sub"])
    return Known(f"{claims['iss']}#{claims['sub']}", name, str(claims.get("name") or name))


def _challenge(verifier: str) -> str:
    """What of the verifier is told before it is told itself (RFC 7636, S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _claims(sign_on: SignOn, metadata: dict[str, Any], token: str, nonce: str) -> dict[str, Any]:
    """The claims of a token that is signed, ours, fresh and about this visit."""
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    try:
        keys = KeySet.import_key_set(_ask("GET", metadata["jwks_uri"]))  # type: ignore[arg-type]
        signed = jwt.decode(token, keys, algorithms=["RS256", "ES256", "PS256", "EdDSA"])
        jwt.JWTClaimsRegistry(
            leeway=60,
            iss={"essential": True, "value": sign_on.issuer},
            aud={"essential": True, "value": sign_on.client},
            exp={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(signed.claims)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise SignOnFailed(f"id token: {error}") from error
    return dict(signed.claims)


def _metadata(sign_on: SignOn) -> dict[str, Any]:
    found = _discovered(sign_on.issuer)
    if str(found.get("issuer", "")).rstrip("/") != sign_on.issuer:
        raise SignOnFailed(f"the server says it is {found.get('issuer')!r}, not {sign_on.issuer!r}")
    missing = [key for key in ("authorization_endpoint", "token_endpoint", "jwks_uri") if key not in found]
    if missing:
        raise SignOnFailed(f"the server does not say {', '.join(missing)}")
    return found


@lru_cache(maxsize=4)
def _discovered(issuer: str) -> dict[str, Any]:
    return _ask("GET", f"{issuer}/.well-known/openid-configuration")


def _ask(method: str, address: str, **options: Any) -> dict[str, Any]:
    import httpx

    try:
        answer = httpx.request(method, address, timeout=_TIMEOUT, follow_redirects=False, **options)
        answer.raise_for_status()
        if len(answer.content) > _LARGEST:
            raise SignOnFailed(f"{address} answers too much")
        found = json.loads(answer.content)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise SignOnFailed(f"{address}: {error}") from error
    if not isinstance(found, dict):
        raise SignOnFailed(f"{address} answers with no object")
    return found
