"""The parsers of `hegui verify` and `hegui key`, and what `hegui check` may be told about receipts."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from hegui.arguments import common, items, lazily, seconds

AddParser = Callable[..., argparse.ArgumentParser]


def add_receipts(add: AddParser) -> None:
    """verify and key."""
    _verify(add("verify", help="核验回执或台账 / re-run and compare a receipt; check a ledger"))
    _key(add("key", help="生成签名用的密钥 / make a key to sign receipts with"))


def about_receipts(parser: argparse.ArgumentParser) -> None:
    """Of `check`: where a receipt goes, who signs it, which ledger it is entered in."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--receipt",
        type=Path,
        metavar="FILE",
        help="回执写入此文件;.zip 连同全部输入 / write the receipt there; .zip holds all inputs too",
    )
    where.add_argument(
        "--no-receipt",
        action="store_true",
        help="用 -o 时不写回执 / leave no FILE.receipt.json beside -o FILE",
    )
    parser.add_argument("--sign", type=Path, metavar="KEY.pem", help="用这把私钥签名 / sign the receipt with this key")
    parser.add_argument("--by", metavar="NAME", help="谁做的评价,默认登录名 / who assessed, the login name")
    parser.add_argument("--ledger", type=Path, metavar="FILE", help="记入这份台账 / enter the receipt in this ledger")


def _verify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, metavar="RECEIPT", help="回执(.json 或 .zip)或台账(.jsonl)/ a receipt or a ledger"
    )
    parser.add_argument(
        "--rules", type=Path, metavar="DIR", help="规则集在哪里,默认按回执所记 / where the rulebook is now"
    )
    parser.add_argument(
        "--facts",
        nargs="+",
        type=Path,
        default=[],
        metavar="FACTS",
        help="个案文件在哪里 / where the case files are now",
    )
    parser.add_argument(
        "--waivers", nargs="+", type=Path, default=[], metavar="FILE", help="豁免文件在哪里 / where the waivers are now"
    )
    items(parser)
    parser.add_argument("--key", type=Path, metavar="PUB.pem", help="须由这把钥匙签名 / the key it must be signed with")
    parser.add_argument(
        "--head",
        type=_digest,
        metavar="DIGEST",
        help="台账里必须有的一条的摘要 / digest of an entry the ledger must have",
    )
    parser.add_argument("--ledger", type=Path, metavar="FILE", help="回执须记在这份台账里 / the ledger it must be in")
    parser.add_argument("--timeout", type=seconds, default=60, metavar="S", help="重评时限(秒) / time limit")
    common(parser)
    parser.set_defaults(verb=lazily("verify", "receipt_verbs"))


def _key(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(title="动作 / actions", required=True, metavar="ACTION")
    new = actions.add_parser(
        "new", help="生成一把 Ed25519 密钥,打印公钥 / make an Ed25519 key and print the public one"
    )
    new.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="KEY.pem",
        help="私钥写入;公钥在 KEY.pem.pub / the private key",
    )
    new.add_argument("--lang", choices=("zh", "en"), default="zh", help="输出语言 / language")
    new.set_defaults(verb=lazily("key_new", "receipt_verbs"), format="text", verbose=False)


def _digest(text: str) -> str:
    if len(text) != 64 or not set(text.lower()) <= set("0123456789abcdef"):
        raise argparse.ArgumentTypeError(f"64 位十六进制摘要 / a digest of 64 hexadecimal digits; found {text}")
    return text.lower()
