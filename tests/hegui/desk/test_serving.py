"""The desk as a process: started, stopped, killed at bad moments, on a full disk, in the wrong hands."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Thread
from time import sleep

import httpx
import pytest

from hegui.desk.settings import Settings
from hegui.desk.store.database import Database
from hegui.desk.store.records import Records
from hegui.desk.web.desk import open_desk
from tests.hegui.desk.browser import PASSWORD, Browser, somebody
from tests.hegui.desk.process import ROOT, Process, free_port, serving, user
from tests.hegui.desk.recorded import recorded


def test_from_nothing_to_the_first_page(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as process:
        browser = Browser(process.address).get(f"/setup?token={process.setup}")
        browser.send("/setup", setup=process.setup, name="admin", password=PASSWORD, again=PASSWORD)
        assert browser.at == "/" and "Hello" in browser.page
        browser.client.close()
    assert "Traceback" not in process.said


def test_it_stops_when_asked_and_leaves_no_process(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as process:
        children = _children(process.child.pid)
        assert children
        assert process.stop() == 0
    assert "Traceback" not in process.said
    assert not [child for child in children if _alive(child)]


def test_killed_it_leaves_no_process_and_starts_again(tmp_path: Path) -> None:
    data = tmp_path / "data"
    process = Process(data, free_port())
    children = _children(process.child.pid)
    process.kill()
    for _ in range(100):
        if not [child for child in children if _alive(child)]:
            break
        subprocess.run(["sleep", "0.1"], check=True)
    assert not [child for child in children if _alive(child)]
    with serving(data) as again:
        assert "Traceback" not in again.said


def test_killed_in_the_middle_of_a_form_nothing_is_saved(tmp_path: Path) -> None:
    """A form with a file breaks off halfway, and the server is killed: no folder, no blob, no answer."""
    data = tmp_path / "data"
    process = Process(data, free_port())
    user(data, "admin", "admin")
    browser = Browser(process.address).log_in("admin").get("/users")
    token = browser.form("/users")["token"]
    before = _blobs(data)
    host, port = process.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as half:
        cookie = browser.client.cookies["hegui_session"]
        head = (
            f"POST /users HTTP/1.1\r\nHost: {host}\r\nCookie: hegui_session={cookie}\r\n"
            "Content-Type: multipart/form-data; boundary=B\r\nContent-Length: 4000000\r\n\r\n"
            f'--B\r\nContent-Disposition: form-data; name="token"\r\n\r\n{token}\r\n'
            '--B\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
        )
        half.sendall(head.encode() + b"x" * 2_000_000)
        process.kill()
    browser.client.close()
    with serving(data):
        assert _blobs(data) == before
        assert not any((data / "blobs" / "incoming").iterdir())


@pytest.mark.parametrize("after", [0.05, 0.4, 1.5])
def test_killed_in_the_middle_of_an_assessment_nothing_is_half_recorded(after: float, tmp_path: Path) -> None:
    data = tmp_path / "data"
    desk = open_desk(Settings(data, workers=1))
    record = recorded(desk)
    session = desk.accounts.open_session(somebody(desk, "auditor"))
    desk.close()
    process = Process(data, free_port())
    browser = Browser(process.address)
    browser.client.cookies.set("hegui_session", session.token)
    score = f"/cases/{record.folder}/score"
    browser.get(score)
    form = browser.form(f"/cases/{record.folder}/record")
    sending = Thread(target=_send, args=(browser, f"/cases/{record.folder}/record", form))
    sending.start()
    sleep(after)
    process.kill()
    sending.join()
    with serving(data) as again:
        browser = Browser(again.address)
        browser.client.cookies.set("hegui_session", session.token)
        assert browser.get(score).status == 200
        browser.client.close()
    desk = open_desk(Settings(data, workers=1))
    entries, records = tuple(desk.records.all_entries()), desk.records.of_folder(record.folder)
    assert desk.records.faults() == () and [entry.n for entry in entries] == [one.entry for one in reversed(records)]
    assert all(desk.blobs.path(one.receipt).is_file() and desk.blobs.path(one.result).is_file() for one in records)
    assert not any((data / "scratch").glob("tmp*"))
    desk.close()


def _send(browser: Browser, path: str, form: dict[str, str]) -> None:
    with suppress(httpx.TransportError):
        browser.post(path, form)
    browser.client.close()


def test_a_full_disk_is_said_and_nothing_is_half_saved(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data):
        user(data, "admin", "admin")
    size = max((data / "desk.sqlite").stat().st_size, 64 * 1024)
    with serving(data, largest_file=size + 8 * 1024) as process:
        browser = Browser(process.address).log_in("admin")
        statuses = []
        for n in range(60):
            browser.get("/users")
            if browser.at != "/users":
                break
            fields = {"name": f"user{n}", "shown": "好" * 80, "role": "viewer", "password": PASSWORD, "again": PASSWORD}
            browser.send("/users", fields)
            statuses.append(browser.status)
            if browser.status >= 500:
                break
        browser.client.close()
    assert statuses[-1] in (503, 507), statuses
    assert "Nothing was saved" in browser.page
    kept = {row[0] for row in sqlite3.connect(data / "desk.sqlite").execute("SELECT name FROM users")}
    assert f"user{len(statuses) - 1}" not in kept and f"user{len(statuses) - 2}" in kept | {"user-1"}


def test_a_folder_is_served_once(tmp_path: Path) -> None:
    with serving(tmp_path / "data"):
        found = _hegui("serve", "--data", str(tmp_path / "data"), "--port", str(free_port()))
    assert found.returncode == 2 and "served-already" in found.stderr


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        found = _hegui("serve", "--data", str(tmp_path / "data"), "--port", port)
    assert found.returncode == 2 and "cannot-listen" in found.stderr and "--port" in found.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--host", "0.0.0.0"], "not-loopback"),  # noqa: S104  # that is what is refused
        (["--public", "ftp://x"], "bad-address"),
        (["--rules", "nowhere"], "not-found"),
        (["--data", "/proc/none"], "data-folder"),
    ],
)
def test_what_cannot_be_served_is_said(arguments: list[str], code: str, tmp_path: Path) -> None:
    found = _hegui("serve", "--data", str(tmp_path / "data"), *arguments)
    assert found.returncode == 2 and code in found.stderr and "Traceback" not in found.stderr


def test_a_database_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "desk.sqlite").write_bytes(b"this is no database" * 100)
    found = _hegui("serve", "--data", str(tmp_path / "data"))
    assert found.returncode == 2 and "database" in found.stderr and "Traceback" not in found.stderr


def test_users_at_the_terminal(tmp_path: Path) -> None:
    data = tmp_path / "data"
    user(data, "li", "auditor")
    assert _hegui("user", "list", "--data", str(data)).stdout == "li\tauditor\t\n"
    assert _hegui("user", "role", "li", "--role", "policy", "--data", str(data)).returncode == 0
    assert _hegui("user", "disable", "li", "--data", str(data)).returncode == 0
    assert _hegui("user", "list", "--data", str(data)).stdout == "li\tpolicy\toff\n"
    assert _hegui("user", "disable", "nobody", "--data", str(data)).returncode == 2
    database = Database.in_folder(data)
    assert Records(database).faults() == () and Settings(data).address.startswith("http://127.0.0.1")
    database.close()


def _hegui(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hegui", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def _blobs(data: Path) -> set[str]:
    return {path.name for path in (data / "blobs").rglob("*") if path.is_file()}


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for path in found for child in path.read_text().split()]


def _alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False
