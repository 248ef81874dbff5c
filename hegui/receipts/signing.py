"""Ed25519 over the seal of a receipt. The library is imported where it is used: most receipts are not signed."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from typing import Any

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.receipts.model import RECEIPT_FORMAT, Receipt, Signature

ALGORITHM = "Ed25519"
MAX_KEY = 64 * 1024


def message_of(receipt: Receipt) -> bytes:
    """What is signed: the format, so that a signature is one of nothing else, and the seal."""
    return f"{RECEIPT_FORMAT} {receipt.seal}".encode()


def signed(receipt: Receipt, pem: bytes, name: str) -> tuple[Receipt | None, Problem | None]:
    """The receipt with a signature by the private key of a PEM file."""
    key, problem = _private_key(pem, name)
    if key is None:
        return None, problem
    signature = Signature(ALGORITHM, _raw(key.public_key()).hex(), key.sign(message_of(receipt)).hex())
    return replace(receipt, signature=signature), None


def signature_holds(receipt: Receipt) -> bool:
    """Whether the signature is one of this seal by the key beside it. Only where `missing_library` says nothing."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    assert receipt.signature is not None
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(receipt.signature.key))
        key.verify(bytes.fromhex(receipt.signature.value), message_of(receipt))
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key(pem: bytes, name: str) -> tuple[str, Problem | None]:
    """The public key of a PEM file (its own, or that of the private key in it) in hexadecimal."""
    problem = missing_library()
    if problem is not None:
        return "", problem
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    if b"PRIVATE KEY" in pem:
        private, problem = _private_key(pem, name)
        return ("" if private is None else _raw(private.public_key()).hex()), problem
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        return "", _no_key(name)
    return (_raw(key).hex(), None) if isinstance(key, Ed25519PublicKey) else ("", _no_key(name))


def new_key() -> tuple[bytes, bytes, str]:
    """A new key: the PEM of both halves, the PEM of the public one, and that in hexadecimal."""
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    public = key.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)
    return private, public, _raw(key.public_key()).hex()


def missing_library() -> Problem | None:
    """The Problem where the library is not installed."""
    if importlib.util.find_spec("cryptography") is not None:
        return None
    message = Text("签名需要 cryptography,尚未安装", "signatures need cryptography, which is not installed")
    hint = Text("请运行 pip install 'hegui[signing]'。", "Run pip install 'hegui[signing]'.")
    return Problem("extra-missing", Position("cryptography"), message, hint)


def _private_key(pem: bytes, name: str) -> tuple[Any, Problem | None]:
    problem = missing_library()
    if problem is not None:
        return None, problem
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, UnsupportedAlgorithm):
        return None, _no_key(name)
    except TypeError:  # what the library says of a key with a passphrase
        message = Text("这把私钥有口令,不能使用", "this private key has a passphrase and cannot be used")
        hint = Text("请用 hegui key 生成的私钥", "use a key that hegui key made")
        return None, Problem("bad-key", Position(name), message, hint)
    return (key, None) if isinstance(key, Ed25519PrivateKey) else (None, _no_key(name))


def _raw(key: Any) -> bytes:
    raw: bytes = key.public_bytes_raw()
    return raw


def _no_key(name: str) -> Problem:
    message = Text("这不是 Ed25519 密钥(PEM 文件)", "this is no Ed25519 key in PEM")
    hint = Text("可用 hegui key new -o KEY.pem 生成", "hegui key new -o KEY.pem makes one")
    return Problem("bad-key", Position(name), message, hint)
