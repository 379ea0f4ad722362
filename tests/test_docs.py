"""The reference pages say all that there is, and nothing that there is not."""

import argparse
import re
import runpy
import shlex
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from pydantic import BaseModel

from expense_agent.categorizers.category_file import _KEYS as CATEGORY_KEYS
from expense_agent.categorizers.category_file import load_categories
from expense_agent.cli.parser import build_parser
from expense_agent.domain.policy import BUILT_IN_SEVERITY, Policy
from expense_agent.domain.rules import RULES
from expense_agent.importers import IMPORTERS, load_mapping
from expense_agent.importers.headers import INVOICE_FIELDS
from expense_agent.importers.mapping import ColumnMapping
from expense_agent.importers.xml_file import SYNTAXES
from expense_agent.pages import FOLDER, TOPICS, all_pages, page_of
from expense_agent.policy_file import load_policy
from expense_agent.policy_file.policy_schema import MODES, PolicyTables
from expense_agent.service import GROUP_KEYS, SORT_KEYS
from expense_agent.views import FIELDS, VIEWS
from expense_agent.workflow.graph import build_graph
from tests.cli import test_contract as contract
from tui.choices import read_config
from tui.formatting import hold_word
from tui.key_table import KEYS, WORDS
from tui.model import row_state

ROOT = Path(__file__).parents[1]
TEXTS = {
    **{page.topic: page.text for page in all_pages()},
    **{name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md",)},
}
BUILT_IN = asdict(Policy())
PROSE = [FOLDER / f"{topic}.md" for topic in TOPICS] + [
    ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
]
WIDTH = 80
LARGEST_README = 9 * 1024
PAGES = runpy.run_path(str(ROOT / ".ci" / "pages.py"))
"""The script that makes parts of the pages from the code."""


def items(text: str) -> list[str]:
    """Return the items of all lists, each on one line."""
    joined = re.sub(r"\n  (?=\S)", " ", text)
    return re.findall(r"^- (.*)$", joined, re.MULTILINE)


def sections(topic: str, level: str = "##") -> dict[str, str]:
    """Return the text below each heading of a page; that above the first one is named ""."""
    parts = re.split(rf"^{level} (.*)$", page_of(topic).text, flags=re.MULTILINE)
    return dict(zip(["", *parts[1::2]], parts[::2], strict=True))


def first_codes(text: str) -> list[str]:
    """Return what each item begins with: "`a`, `b` (required): why" gives a and b."""
    heads = (re.match(r"(?:`[^`]+`(?: \(required\))?(?:, )?)*", item) for item in items(text))
    return [code for head in heads if head for code in re.findall(r"`([^`]+)`", head[0])]


# --- the pages themselves


def test_every_file_is_a_topic_and_every_topic_a_file() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.md")) == sorted(TOPICS)


@pytest.mark.parametrize("page", all_pages(), ids=TOPICS)
def test_a_page_says_first_what_it_is_for_and_fits_a_small_terminal(page: Any) -> None:
    assert page.text.startswith(f"# {page.title}\n\n")
    assert page.about.endswith(".")
    assert len(page.about) <= WIDTH - 10 - max(map(len, TOPICS)), "a line in the list of the app"
    assert [line for line in page.text.splitlines() if len(line) > WIDTH] == []
    assert "<!--" not in page.text


def test_the_page_of_keys_is_as_the_table_is_now() -> None:
    """The floors of the imports are compared by `.ci/run`: they change with many a change."""
    text = (FOLDER / "keys.md").read_text(encoding="utf-8")
    assert text == PAGES["renewed"](text), "run: python .ci/pages.py"


@pytest.mark.parametrize("path", PROSE, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)", text)
    assert [to for to in links if not (path.parent / to).exists()] == []
    topics = re.findall(r"`(?:expense-agent )?help ([a-z]+)`", text)
    assert [topic for topic in topics if topic not in TOPICS] == []


def test_files_that_developers_are_sent_to_are_there() -> None:
    """Named from the root, from a package, or by the end of their path."""
    folders = ("expense_agent", "tui", "tests", ".ci", "fixtures")
    there = [f"/{path.relative_to(ROOT)}" for one in folders for path in (ROOT / one).rglob("*")]
    said = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8") + page_of("architecture").text
    named = set(re.findall(r"`((?:\w+/)*\w+(?:\.py|\.md|/)|(?:\w+/)+\w+)`", said))
    ends = {name: f"/{name.removesuffix('/')}" for name in named if "NAME" not in name}
    assert len(ends) > 30
    assert [name for name, end in ends.items() if not any(p.endswith(end) for p in there)] == []


# --- keys


def test_every_key_is_on_the_page_of_keys_and_no_other() -> None:
    ids = re.findall(r"\(`([a-z_]+\.[a-z_]+(?:\(\d\))?)`\)", page_of("keys").text)
    assert sorted(ids) == sorted(key.id for key in KEYS)
    said = re.findall(r"^- `:(\w+)", page_of("keys").text, re.MULTILINE)
    assert said == [word.name for word in WORDS]


# --- commands


def parsers(
    parser: argparse.ArgumentParser, name: str = ""
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield every command with its parser; one that only has verbs is none."""
    below = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    if not below or not (name == "" or below[0].required):
        yield name, parser
    for verbs in below:
        for verb, inner in verbs.choices.items():
            yield from parsers(inner, f"{name} {verb}".strip())


def arguments_of(parser: argparse.ArgumentParser) -> str:
    """Return the arguments as usage shows them."""
    shown = []
    for action in parser._actions:
        if action.option_strings or isinstance(action, argparse._SubParsersAction):
            continue
        name = str(action.metavar)
        many = {"?": f"[{name}]", "+": f"{name}...", "*": f"[{name}...]"}
        shown.append(many.get(str(action.nargs), name))
    return " ".join(shown)


def options_of(parser: argparse.ArgumentParser) -> set[str]:
    """Return the options with what follows them, but for those that every command has."""
    return {
        " ".join(filter(None, (action.option_strings[-1], value_of(action))))
        for action in parser._actions
        if action.option_strings and action.dest not in ("help", "json")
    }


def value_of(action: argparse.Action) -> str:
    takes_none = action.nargs == 0
    return "" if takes_none else str(action.metavar or action.dest.upper())


COMMANDS = {
    f"{name} {arguments_of(parser)}".strip(): parser for name, parser in parsers(build_parser())
}


def test_every_command_is_documented_with_its_options_and_no_other() -> None:
    text = page_of("commands").text
    parts = re.split(r"^### `(.*)`$", text, flags=re.MULTILINE)[1:]
    documented = {
        command: set(first_codes(below.partition("\n## ")[0]))
        for command, below in zip(parts[::2], parts[1::2], strict=True)
    }
    there = {command: options_of(parser) for command, parser in COMMANDS.items() if command}
    assert documented == there


def test_every_option_before_the_command_is_documented() -> None:
    documented = first_codes(sections("commands")["Before the command"])
    assert set(documented) - {"--json"} == options_of(build_parser())


def test_options_that_must_be_given_are_marked() -> None:
    wanted = {
        (command, action.option_strings[-1])
        for command, parser in COMMANDS.items()
        for action in parser._actions
        if action.option_strings and action.required
    }
    parts = re.split(r"^### `(.*)`$", page_of("commands").text, flags=re.MULTILINE)[1:]
    marked = {
        (command, item.split("`")[1].split()[0])
        for command, below in zip(parts[::2], parts[1::2], strict=True)
        for item in items(below)
        if "(required)" in item
    }
    assert marked == wanted


def commands_shown(text: str) -> Iterator[str]:
    """Yield the commands of code blocks, and those in sentences that begin with the program."""
    for line in re.findall(r"^ *(?:\.venv/bin/)?(expense-agent .*)$", text, re.MULTILINE):
        yield line.partition("  #")[0]
    yield from re.findall(r"`(expense-agent [^`]*)`", text)


@pytest.mark.parametrize("name", TEXTS)
def test_commands_that_are_shown_are_commands(name: str) -> None:
    for line in commands_shown(TEXTS[name]):
        if "[" not in line:  # a grammar, not a command
            build_parser().parse_args(shlex.split(line)[1:])


@pytest.mark.parametrize("name", sorted(TEXTS.keys() - {"benchmarks"}))
def test_no_option_is_named_that_does_not_exist(name: str) -> None:
    known = {
        option
        for parser in (build_parser(), *COMMANDS.values())
        for action in parser._actions
        for option in action.option_strings
    }
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", TEXTS[name])) - known == set()


def test_variables_are_documented_and_no_other() -> None:
    """Those of the product on its pages, those of the tests on that of the benchmarks."""
    for topics, folders in (
        (set(TOPICS) - {"benchmarks"}, ("expense_agent", "tui")),
        ({"benchmarks"}, ("tests",)),
    ):
        text = " ".join(page_of(topic).text for topic in topics)
        sources = " ".join(
            file.read_text(encoding="utf-8")
            for folder in folders
            for file in (ROOT / folder).rglob("*.py")
        )
        documented = set(re.findall(r"EXPENSE_AGENT_[A-Z_]+", text))
        assert documented <= set(re.findall(r"EXPENSE_AGENT_[A-Z_]+", sources))
        if "tests" not in folders:
            assert documented == set(re.findall(r"EXPENSE_AGENT_[A-Z]+(?:_[A-Z]+)*", sources))


SHAPES = {
    "queue": contract.ROW,
    "show": contract.SHOWN,
    "read": contract.READ,
    "import": contract.IMPORT,
    "payments": contract.PAYMENT,
    "audit verify": contract.VERIFIED,
}


def test_the_shapes_of_json_are_those_of_the_contract() -> None:
    shown = {}
    for item in items(sections("commands")["The shapes of --json"]):
        name, *fields = re.findall(r"`([a-z ]+|[a-z_]+)`", item)
        shown[name] = set(fields)
    assert {name: shown[name] for name in SHAPES} == {
        name: set(fields.split()) for name, fields in SHAPES.items()
    }


def test_no_name_is_used_that_does_not_exist() -> None:
    """Words that a page for users puts into code marks and joins by _ are names of the product."""
    keys = {key for _, model in tables(PolicyTables) for key in defaults(model)}
    fields = {field for shape in SHAPES.values() for field in shape.split()}
    known = {*BUILT_IN_SEVERITY, *MODES, *INVOICE_FIELDS, *CATEGORY_KEYS, *ColumnMapping.__slots__}
    for topic in sorted(set(TOPICS) - {"architecture", "benchmarks"}):
        names = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", page_of(topic).text))
        assert names - known - keys - fields == set(), topic


# --- the policy


def tables(model: type[BaseModel], name: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    """Yield every table of the policy file with its heading."""
    yield name, model
    for key, field in model.model_fields.items():
        inner = [t for t in flat(field.annotation) if isinstance(t, type)]
        for table in (t for t in inner if issubclass(t, BaseModel)):
            is_list = "list" in str(field.annotation)
            yield from tables(table, f"[[{key}]]" if is_list else f"[{key}]")


def plain(value: Any) -> Any:
    """Return a value as TOML has it."""
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, Decimal) else value


def flat(annotation: Any) -> Iterator[Any]:
    yield annotation
    for inner in get_args(annotation):
        yield from flat(inner)


def defaults(model: type[BaseModel]) -> dict[str, Any]:
    """Return the keys that are no tables, each with the value it has when it is left out."""
    found = {}
    for key, field in model.model_fields.items():
        if any(isinstance(t, type) and issubclass(t, BaseModel) for t in flat(field.annotation)):
            continue
        default = None if field.is_required() else field.get_default(call_default_factory=True)
        found[field.alias or key] = plain(BUILT_IN.get(key) if default is None else default)
    return found


@pytest.mark.parametrize(("heading", "model"), list(tables(PolicyTables)))
def test_every_key_of_the_policy_is_documented_with_its_default_and_no_other(
    heading: str, model: type[BaseModel]
) -> None:
    there = defaults(model)
    there.pop("holds", None)  # a table of its own, with a key for every hold
    text = sections("policy")[heading or "At the top of the file"]
    shown = dict(shown_default(code) for code in first_codes(text))
    assert shown.keys() == there.keys()
    wrong = {key for key, value in shown.items() if value is not None and value != there[key]}
    assert wrong == set()


def shown_default(code: str) -> tuple[str, Any]:
    if "=" not in code:
        return code, None
    return next(iter(tomllib.loads(code).items()))


def test_headings_of_the_policy_are_its_tables() -> None:
    there = {heading for heading, _ in tables(PolicyTables) if heading} | {"[holds]"}
    assert {heading for heading in sections("policy") if heading.startswith("[")} == there


def blocks(topic: str, kind: str = "toml") -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", TEXTS[topic], re.MULTILINE | re.DOTALL)


def test_examples_are_read_without_a_complaint(tmp_path: Path) -> None:
    file = tmp_path / "example.toml"
    for topic, reads in (
        ("README.md", load_policy),
        ("policy", load_policy), ("categories", load_categories), ("formats", load_mapping)
    ):  # fmt: skip
        assert blocks(topic)
        for block in blocks(topic):
            file.write_text(block, encoding="utf-8")
            reads(file)
    (config,) = blocks("screens")
    file.write_text(config, encoding="utf-8")
    assert read_config(file).problems == ()


# --- holds, filters, words, files


def test_every_hold_is_documented_with_severity_and_word_and_no_other() -> None:
    found = re.findall(r"^- (`\w+` \(\w+, `.+`\)):", page_of("holds").text, re.MULTILINE)
    there = [f"`{rule}` ({how}, `{hold_word(rule)}`)" for rule, how in BUILT_IN_SEVERITY.items()]
    assert sorted(found) == sorted(there)
    assert found == there, "the order is that of BUILT_IN_SEVERITY"


def test_every_rule_has_a_severity_of_its_own() -> None:
    """Or it would not be on the page; `flagged` and `placed` give holds of several names."""
    assert {rule.__name__ for rule in RULES} - {"flagged", "placed"} <= BUILT_IN_SEVERITY.keys()


def test_every_field_view_order_and_group_is_documented_and_no_other() -> None:
    page = sections("filters")
    assert set(first_codes(page["Fields"])) == set(FIELDS)
    assert first_codes(page["Views"]) == [view.name for view in VIEWS]
    orders, groups = (re.findall(r"`(\w+)`", item) for item in items(page["Order and groups"]))
    assert set(orders) == set(SORT_KEYS)
    assert set(groups) == set(GROUP_KEYS)


def test_every_state_of_a_row_is_among_the_words() -> None:
    text = sections("words")["The column ST of the queue"]
    states = [*row_state._ENDED.values(), *row_state._ANSWERED.values(), row_state._CHANGED]
    states.append(row_state._EDITED)
    assert [state for state in states if f"`{state.symbol} {state.word}`" not in text] == []


def test_every_format_is_documented_and_no_other() -> None:
    there = {importer.format for importer in IMPORTERS} - {"xml"}
    there |= {syntax.format for syntax in SYNTAXES.values()}
    assert set(first_codes(sections("formats")["What is read"])) == there


def test_every_key_of_a_mapping_is_documented_and_no_other() -> None:
    assert set(first_codes(sections("formats")["Tables"])) == set(ColumnMapping.__slots__)


def test_the_picture_of_the_graph_is_the_graph() -> None:
    (picture,) = (block for block in blocks("architecture", "text") if "await_decision" in block)
    shown, source = set(), ""
    for line in picture.splitlines():
        source = line[:17].strip() or source
        shown.add((source, line[19:].split()[0]))
    edges = build_graph(InMemorySaver()).get_graph().edges
    names = {"__start__": "START", "__end__": "END"}
    there = {(names.get(e.source, e.source), names.get(e.target, e.target)) for e in edges}
    assert shown == there - {("START", "categorize")}


# --- the readme, and what is shipped


def test_the_readme_is_short_and_has_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.encode()) <= LARGEST_README
    commands = re.findall(r"^python3 -m venv \.venv && .*$", text, re.MULTILINE)
    assert [command.split(" && ")[-1] for command in commands] == [
        ".venv/bin/expense-agent demo",
        ".venv/bin/pytest -q -n 2",
    ]
    assert [topic for topic in TOPICS if f"docs/{topic}.md" not in text] == []


@pytest.mark.process
def test_the_pages_are_in_the_wheel(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    shipped = {f"expense_agent/docs/{topic}.md" for topic in TOPICS}
    assert shipped | {"expense_agent/py.typed", "tui/py.typed"} <= set(names)
