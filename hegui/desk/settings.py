"""What the desk is started with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hegui.desk.store.accounts import Role

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class SignOn:
    """The house's single sign-on (OpenID Connect). The secret is read from the environment, never from a command line."""

    issuer: str
    client: str
    secret: str
    role: Role = "viewer"  # what somebody may do who comes for the first time


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are kept, who may reach the desk, and how much it takes.

    `database` empty: SQLite in `data`. `public` is the address people type where another server stands in front;
    with https there, cookies are for https only.
    """

    data: Path
    host: str = "127.0.0.1"
    port: int = 8765
    database: str = ""
    public: str = ""
    rules: tuple[Path, ...] = ()
    sign_on: SignOn | None = None
    signing_key: Path | None = None  # receipts are signed with it
    workers: int = 2
    largest_upload: int = 200 * MEGABYTE
    largest_form: int = 4 * MEGABYTE

    @property
    def address(self) -> str:
        """How people reach it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public.rstrip("/") or f"http://{host}:{self.port}"

    @property
    def secure(self) -> bool:
        """Whether cookies may be kept to https."""
        return self.address.startswith("https://")
