from pathlib import Path

from tui.model.files import chosen, common, completions, missing


def made(folder: Path, *names: str) -> str:
    for name in names:
        (folder / name).write_text("")
    (folder / "sub").mkdir()
    return f"{folder}/"


def test_folders_come_first_and_hidden_names_only_when_asked_for(tmp_path: Path) -> None:
    folder = made(tmp_path, "b.csv", "a.csv", ".hidden")
    assert completions(folder) == [f"{folder}sub/", f"{folder}a.csv", f"{folder}b.csv"]
    assert completions(f"{folder}.h") == [f"{folder}.hidden"]
    assert completions(f"{folder}A") == [f"{folder}a.csv"]


def test_a_folder_that_is_not_there_offers_nothing() -> None:
    assert completions("/nowhere/at/all/") == []


def test_a_pattern_means_what_it_finds(tmp_path: Path) -> None:
    folder = made(tmp_path, "b.csv", "a.csv", "c.xml")
    assert [path.name for path in chosen(f"{folder}*.csv")] == ["a.csv", "b.csv"]
    assert chosen(folder) == (tmp_path,)
    assert chosen(f"{folder}none") == ()


def test_a_path_is_completed_to_what_all_have_in_common() -> None:
    assert common(["/a/march.csv", "/a/march.xml"], "/a/m") == "/a/march."
    assert common(["/a/b"], "/a/") == "/a/b"
    assert common([], "/a/x") == "/a/x"


def test_several_paths_are_read_as_a_shell_reads_them(tmp_path: Path) -> None:
    folder = made(tmp_path, "b.csv", "a.csv", "two words.csv")
    both = chosen(f"{folder}b.csv {folder}*.csv")
    assert [path.name for path in both] == ["b.csv", "a.csv", "two words.csv"]
    assert [path.name for path in chosen(f"{folder}two words.csv")] == ["two words.csv"]
    assert [path.name for path in chosen(f"'{folder}two words.csv' {folder}sub")] == [
        "two words.csv",
        "sub",
    ]


def test_none_is_taken_where_one_of_several_is_not_there(tmp_path: Path) -> None:
    folder = made(tmp_path, "a.csv")
    typed = f"{folder}a.csv {folder}none.csv"
    assert (chosen(typed), missing(typed)) == ((), f"{folder}none.csv")
    assert (chosen(f"{folder}a.csv it's"), missing("it's")) == ((), "it's")


def test_the_last_of_several_paths_is_completed(tmp_path: Path) -> None:
    folder = made(tmp_path, "a.csv", "two words.csv")
    typed = f"{folder}a.csv {folder}tw"
    assert completions(typed) == [f"{folder}a.csv '{folder}two words.csv'"]
    assert completions(f"{folder}none {folder}tw") == []
