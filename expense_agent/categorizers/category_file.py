"""Reads categories.toml: the built-in categories as an organisation calls, codes and finds them.

A table for a category changes what it names of it; any other id is a new category. An id is stored
with invoices and never reused: `removed = true` keeps it readable, and it is suggested no more.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from expense_agent.categorizers.taxonomy import CATEGORIES
from expense_agent.domain.category import Category
from expense_agent.errors import CategoriesInvalid
from expense_agent.named_file import read_toml

_ID = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
_RESERVED = ("unsure", "none", "uncategorized", "person")
_KEYS = ("label", "gl_code", "keywords", "more_keywords", "removed")
_SWITCHES = ("built_in",)
_LONGEST = 80
_MOST_KEYWORDS = 500


def load_categories(path: Path) -> tuple[Category, ...]:
    """Return the categories in force with a file; raises CategoriesInvalid with every problem."""
    tables = _read(path)
    problems = list(_problems(tables))
    if problems:
        raise CategoriesInvalid(path, problems)
    built_in = tables.pop("built_in", True)
    known = {category.id: category for category in CATEGORIES}
    if not built_in:
        known = {name: replace(c, removed=name not in tables) for name, c in known.items()}
    for name, table in tables.items():
        known[name] = _changed(known.get(name, Category(name, name)), table)
    found = tuple(known.values())
    if problems := list(_contradictions(found)):
        raise CategoriesInvalid(path, problems)
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        return read_toml(path)
    except OSError as error:
        raise CategoriesInvalid(path, [f"cannot be read: {error.strerror}"]) from error
    except ValueError as error:
        raise CategoriesInvalid(path, [str(error)]) from error


def _changed(category: Category, table: Mapping[str, Any]) -> Category:
    keywords = table.get("keywords", category.keywords)
    more = table.get("more_keywords", ())
    return Category(
        id=category.id,
        label=table.get("label", category.label),
        keywords=tuple(word.strip().casefold() for word in (*keywords, *more)),
        gl_code=table.get("gl_code", category.gl_code),
        removed=table.get("removed", category.removed),
    )


def _problems(tables: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(tables.get("built_in", True), bool):
        yield "built_in: must be true or false"
    for name, table in tables.items():
        if name in _SWITCHES:
            continue
        if not isinstance(table, dict):
            yield f"{name}: must be a table like [{name}]"
        elif not _ID.fullmatch(name) or name in _RESERVED:
            said = f"none of the words {', '.join(_RESERVED)}"
            yield f"{name}: is no id: small letters, digits, - and _, and {said}"
        else:
            yield from (f"{name}.{problem}" for problem in _table_problems(table))


def _table_problems(table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        if key not in _KEYS:
            near = get_close_matches(key, _KEYS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"valid are {', '.join(_KEYS)}"
            yield f"{key}: unknown key; {hint}"
        elif key == "removed":
            if not isinstance(value, bool):
                yield "removed: must be true or false"
        elif key in ("label", "gl_code"):
            if not _is_name(value):
                yield f"{key}: must be text in quotes, of one line and {_LONGEST} characters"
        else:
            yield from (f"{key}: {problem}" for problem in _keyword_problems(value))


def _keyword_problems(words: object) -> Iterator[str]:
    if not isinstance(words, list) or len(words) > _MOST_KEYWORDS:
        yield f'must be a list like ["royal mail", "*hosting"], of at most {_MOST_KEYWORDS}'
        return
    for word in words:
        # One letter, or a star alone, would name every invoice.
        if not _is_name(word) or len(re.findall(r"[^\W_]", word)) < 2:  # noqa: PLR2004
            yield f"{word!r} is no keyword: two letters at least, on one line"


def _is_name(value: object) -> bool:
    return (
        isinstance(value, str)
        and value.isprintable()
        and bool(value.strip())
        and len(value) <= _LONGEST
    )


def _contradictions(categories: Sequence[Category]) -> Iterator[str]:
    active = [category for category in categories if not category.removed]
    if not active:
        yield "every category is removed"
    codes: dict[str, str] = {}
    for category in active:
        code = (category.gl_code or "").casefold()
        if code and (other := codes.setdefault(code, category.id)) != category.id:
            yield f"{category.id}.gl_code: {category.gl_code} is that of {other} already"
