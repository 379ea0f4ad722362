"""Exchanges the files of a store for others, so that a kill leaves the old ones or the new ones.

What is to be done is written down and on the disk before the first file is moved; then the old
files go to a folder of their own, and the new ones take their place. Every step can be repeated.
The caller has the store alone.
"""

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from expense_agent.errors import StoreUnusable

PLAN_FILE = "exchange.json"
_NEXT = ".exchange.json"


@dataclass(frozen=True, slots=True)
class Plan:
    """Which files of a store are exchanged, by name; folders are inside of the store's."""

    names: Sequence[str]
    """All that the store's files may be called; those that are missing stay so."""
    new: str
    """The folder of the new files; it is gone in the end."""
    aside: str
    """The folder in which the old files are kept."""
    stage: Literal["out", "in"] = "out"
    """Whether the old files are being moved out, or the new ones in."""


def is_under_way(folder: Path) -> bool:
    """Whether an exchange was begun here and has not come to its end."""
    return (folder / PLAN_FILE).exists()


def exchange(folder: Path, plan: Plan) -> None:
    """Exchange the files of a store; the new ones are on the disk already."""
    _write_down(folder, plan)
    carry_through(folder)


def carry_through(folder: Path) -> None:
    """Do what is left of an exchange; nothing, if there is none. Raises StoreUnusable."""
    try:
        plan = _plan(folder)
        if plan and plan.stage == "out":
            (folder / plan.aside).mkdir(mode=0o700, exist_ok=True)
            _move(folder, folder / plan.aside, plan.names)
            _write_down(folder, plan := replace(plan, stage="in"))
        if plan:
            _move(folder / plan.new, folder, plan.names)
            (folder / PLAN_FILE).unlink()
            sync_folder(folder)
            shutil.rmtree(folder / plan.new, ignore_errors=True)
    except OSError as error:
        reason = f"a restore stopped half way ({error.strerror}); run it again"
        raise StoreUnusable(folder, reason) from error


def sync_folder(folder: Path) -> None:
    """Have what a folder lists on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Have what a file holds on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _plan(folder: Path) -> Plan | None:
    try:
        return Plan(**json.loads((folder / PLAN_FILE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def _write_down(folder: Path, plan: Plan) -> None:
    draft = folder / _NEXT
    draft.write_text(json.dumps(asdict(plan)), encoding="utf-8")
    sync_file(draft)
    draft.replace(folder / PLAN_FILE)
    sync_folder(folder)


def _move(source: Path, target: Path, names: Sequence[str]) -> None:
    for name in names:
        if (source / name).exists():
            (source / name).rename(target / name)
    sync_folder(target)
    sync_folder(source)
