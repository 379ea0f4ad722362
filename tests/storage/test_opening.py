"""A store is opened by its URL; which kind it is, nobody else needs to know."""

from contextlib import closing
from pathlib import Path

import pytest

from expense_agent.errors import StoreReadOnly, StoreUnusable
from expense_agent.settings import settings_from
from expense_agent.storage.opening import open_store


@pytest.mark.parametrize("url", ["{}", "sqlite://{}"])
def test_a_store_is_opened_by_its_path_or_by_a_url(tmp_path: Path, url: str) -> None:
    with closing(open_store(tmp_path / "store", 5.0)) as first:
        made = first.database.one("SELECT id FROM store_identity")
    with closing(open_store(url.format(tmp_path / "store"), 5.0)) as again:
        assert made is not None
        assert again.database.one("SELECT id FROM store_identity") == made


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("postgresql://ann:secret@host/expenses", "postgresql://…"),
        ("sqlite+x:///tmp/store", "sqlite+x://…"),
        ("sqlite://", "sqlite://…"),
    ],
)
def test_another_kind_of_store_is_refused_and_no_password_is_shown(url: str, named: str) -> None:
    for opening in (lambda: open_store(url, 5.0), lambda: settings_from(url, None, "ann", {})):
        with pytest.raises(StoreUnusable, match="in a folder only") as refusal:
            opening()
        assert named in str(refusal.value)
        assert "secret" not in str(refusal.value)


def test_settings_name_the_folder_of_a_url(tmp_path: Path) -> None:
    assert settings_from(f"sqlite://{tmp_path}", None, "ann", {}).store == tmp_path


def test_whoever_wants_to_act_is_refused_a_store_for_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store(tmp_path / "store", 5.0).close()
    monkeypatch.setattr("os.access", lambda _path, mode: mode == 4)
    with pytest.raises(StoreReadOnly):
        open_store(tmp_path / "store", 5.0, to_act=True)


def test_what_is_kept_of_a_file_is_there_when_the_store_is_opened_again(tmp_path: Path) -> None:
    digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    with closing(open_store(tmp_path / "store", 5.0)) as store:
        store.sources.keep({digest: b"hello"})
    with closing(open_store(tmp_path / "store", 5.0)) as store:
        assert store.sources.get(digest, "a.csv") == b"hello"
