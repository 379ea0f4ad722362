"""Where a store may lie: not on a network file system, unless somebody insists."""

from pathlib import Path

import pytest

from expense_agent.books import open_store_of
from expense_agent.doctor import examine
from expense_agent.errors import StoreUnusable
from expense_agent.settings import Settings, settings_from
from expense_agent.storage.sqlite import store_files

TABLE = """\
/dev/sda1 / ext4 rw,relatime 0 0
proc /proc proc rw 0 0
server:/home {place} {kind} rw,vers=4.2 0 0
/dev/sdb1 {place}/local ext4 rw 0 0
"""


def mounted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> Path:
    """Make a folder that the mount table says is of this kind; its name has a space."""
    place = tmp_path / "home dir"
    place.mkdir()
    table = tmp_path / "mounts"
    table.write_text(TABLE.format(place=str(place).replace(" ", "\\040"), kind=kind))
    monkeypatch.setattr(store_files, "MOUNT_TABLE", table)
    return place


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "fuse", "fuse.sshfs", "ceph"])
def test_a_store_on_a_network_file_system_is_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    place = mounted(tmp_path, monkeypatch, kind) / "deep" / "store"
    with pytest.raises(StoreUnusable, match=f"a {kind} file system.*EXPENSE_AGENT_FORCE_STORE=1"):
        open_store_of(Settings(place, "ann"))
    assert not place.exists()


@pytest.mark.parametrize(
    "kind", ["ext4", "btrfs", "xfs", "tmpfs", "overlay", "fuse.fuse-overlayfs"]
)
def test_a_local_file_system_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    open_store_of(Settings(mounted(tmp_path, monkeypatch, kind) / "store", "ann")).close()


def test_the_innermost_mount_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = mounted(tmp_path, monkeypatch, "nfs") / "local" / "store"
    open_store_of(Settings(place, "ann")).close()


def test_who_insists_is_obeyed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = str(mounted(tmp_path, monkeypatch, "nfs") / "store")
    settings = settings_from(place, None, "ann", {"EXPENSE_AGENT_FORCE_STORE": "1"})
    open_store_of(settings).close()
    with pytest.raises(StoreUnusable):
        open_store_of(settings_from(place, None, "ann", {"EXPENSE_AGENT_FORCE_STORE": "0"}))


def test_a_machine_without_a_mount_table_refuses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_files, "MOUNT_TABLE", tmp_path / "none")
    open_store_of(Settings(tmp_path / "store", "ann")).close()


def test_the_doctor_says_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = examine(Settings(mounted(tmp_path, monkeypatch, "nfs4") / "store", "ann"))
    assert not report["usable"]
    assert "nfs4" in report["problems"][0]
