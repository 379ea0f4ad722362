"""How long from a key to the last byte of the frame that answers it, in a real pseudo-terminal.

    python -m tests.benchmarks.key_latency [--rows N] [--rounds N] [--store FOLDER] [--busy]

The keys go in turn to an idle minimal Textual app and to ours, both 160x45; printed are p50, p95
and least, and the ratio of the medians. With --busy 500 approvals and an import are on their way
meanwhile, given by keys as well. Trust the ratios, not the times.
"""

import argparse
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path

from tests.benchmarks.big_store import ACCOUNTS, HEADER, make
from tests.benchmarks.frames import FilmedTerminal, Screen
from tests.benchmarks.terminal import python

MINIMAL = """
from textual.app import App
from textual.widgets import Static
class Minimal(App):
    pressed = 0
    def compose(self):
        yield Static(f" > {0:20}")
    def on_key(self):
        self.pressed += 1
        self.query_one(Static).update(f" > {self.pressed:20}", layout=False)
Minimal().run()
"""
APPROVED, IMPORTED = 500, 1_000
REST_SECONDS = 0.2
"""Between two keys of an idle app: its preview has been read and drawn by then."""
READ_SECONDS = 2.0
"""More than reading a whole list anew takes."""
BEAT_SECONDS = 0.15
"""How long a busy app is filmed after a key."""
MOST_KEYS = 100
"""In one round of a busy app."""
ANSWER_SECONDS = 10.0
DOWN, PAGE_DOWN, END, TOP, ENTER, ESCAPE = b"j", b"\x1b[6~", b"G", b"g", b"\r", b"\x1b"


def cursor_line(screen: Screen) -> str:
    """Return the invoice under the cursor without its state, or nothing before it is read."""
    line = next((line for line in screen if line.startswith((" > ", " >x"))), "")
    return "" if "..." in line else line[14:92]


def filter_line(screen: Screen) -> str:
    """Return the line of the filter in force with what it lists."""
    return next((line for line in screen[:4] if line.startswith(" / ") and " of " in line), "")


def is_busy(screen: Screen) -> bool:
    """Whether decisions are on their way."""
    return any(line.startswith(" now  ") for line in screen)


@dataclass
class Times:
    """Seconds from a key to its frame, for ours and for the minimal app."""

    ours: list[float] = field(default_factory=list)
    minimal: list[float] = field(default_factory=list)

    def told(self, name: str) -> str:
        """Return one line of the table."""
        ours, base = sorted(self.ours), sorted(self.minimal)
        return (
            f"{name:<28}{_ms(statistics.median(ours))}{_ms(_p95(ours))}{_ms(ours[0])}"
            f"   minimal{_ms(statistics.median(base))}{_ms(_p95(base))}{_ms(base[0])}"
            f"   {statistics.median(ours) / statistics.median(base):6.2f} x   {len(ours)} keys"
        )


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:8.1f}"


def _p95(ordered: list[float]) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


class Pair:
    """Ours and the minimal app side by side; a key for one waits until the other is at rest."""

    def __init__(self, ours: FilmedTerminal, minimal: FilmedTerminal) -> None:
        self.ours, self._minimal = ours, minimal

    def press(
        self,
        keys: bytes,
        times: Times,
        seen: Callable[[Screen], str] = cursor_line,
        rest: float = REST_SECONDS,
    ) -> None:
        """Press keys here and there, and note how long each took to show something else."""
        base = self._timed(self._minimal, b"j", cursor_line, REST_SECONDS)
        ours = self._timed(self.ours, keys, seen, rest)
        if base is not None and ours is not None:
            times.minimal.append(base)
            times.ours.append(ours)

    @staticmethod
    def _timed(
        terminal: FilmedTerminal, keys: bytes, seen: Callable[[Screen], str], rest: float
    ) -> float | None:
        before = seen(terminal.shown)
        pressed = terminal.press(keys)
        terminal.film(10.0, quiet=rest)
        for when, screen in terminal.screens():
            if (now := seen(screen)) and now != before:
                return when - pressed
        return None

    def press_while(
        self, met: Callable[[Screen], bool], keys: Sequence[bytes], times: Times
    ) -> None:
        """Press keys one after the other for as long as the screen is as wanted."""
        for key in islice(cycle(keys), MOST_KEYS):
            base = _answered(self._minimal, b"j")
            ours = _answered(self.ours, key)
            if not met(self.ours.shown):
                return
            times.minimal.append(base)
            times.ours.append(ours)


def _answered(terminal: FilmedTerminal, key: bytes) -> float:
    """Press a key and film for a while; only then work out which frame answered it.

    Other frames follow each other closely here: while one is worked out, the next would lie unread
    and seem to be late.
    """
    before = cursor_line(terminal.shown)
    pressed = terminal.press(key)
    while True:
        terminal.film(BEAT_SECONDS)
        for when, screen in terminal.screens():
            if (now := cursor_line(screen)) and now != before:
                return when - pressed
        if time.perf_counter() - pressed > ANSWER_SECONDS:
            raise TimeoutError("\n".join(terminal.shown))


# --- the app


@contextmanager
def running(store: Path, home: Path) -> Iterator[Pair]:
    """Start both apps; ours shows every row of every group."""
    environ = {
        **{f"XDG_{name}_HOME": str(home) for name in ("CONFIG", "STATE", "DATA")},
        "EXPENSE_AGENT_GRACE": "0",
    }
    command = python("-m", "tui", "--store", str(store), "--as", "ann")
    with (
        FilmedTerminal(command, environ) as ours,
        FilmedTerminal(python("-c", MINIMAL)) as minimal,
    ):
        minimal.until(lambda screen: bool(cursor_line(screen)))
        ours.until(lambda screen: "engine ready" in screen[0] and bool(cursor_line(screen)))
        for _ in range(2):  # fold all groups, then unfold all
            ours.press(b"f")
            ours.film(1.0, quiet=REST_SECONDS)
        ours.press(TOP)
        ours.film(1.0, quiet=REST_SECONDS)
        yield Pair(ours, minimal)


def idle(pair: Pair, rounds: int) -> None:
    """Move and filter while nothing else happens."""
    moves, pages, jumps = Times(), Times(), Times()
    for _ in range(rounds):
        pair.press(END, jumps)
        pair.press(TOP, jumps)
        for _ in range(5):
            pair.press(PAGE_DOWN, pages)
            pair.press(DOWN, moves)
            pair.press(DOWN, moves)
    for name, times in (("cursor down", moves), ("page down", pages), ("jump to the end", jumps)):
        print(times.told(name), flush=True)
    for text in ("amount>2000", "nord", "supplier:7 R-1", "hold:bank !due<2d"):
        found = Times()
        for _ in range(max(3, rounds // 2)):
            for keys in (b"/", text.encode()):
                pair.ours.press(keys)
                pair.ours.film(1.0, quiet=REST_SECONDS)
            pair.press(ENTER, found, filter_line, READ_SECONDS)
            pair.ours.press(ESCAPE)
            pair.ours.until(lambda screen: not filter_line(screen))
            pair.ours.film(1.0, quiet=REST_SECONDS)
        print(found.told(f"filter {text}"), flush=True)


def busy(pair: Pair, batch: Path, name: str) -> Times:
    """Move while approvals resume and an import runs, both begun by keys."""
    ours, times = pair.ours, Times()
    ours.press(b"/")
    ours.film(5.0, quiet=REST_SECONDS)
    ours.press(f"number:{name}".encode() + ENTER)
    ours.until(lambda screen: f"/ number:{name}" in screen[2] and bool(cursor_line(screen)))
    ours.press(b"*")
    ours.until(lambda screen: _has(screen, f"{APPROVED} marked:"))
    time.sleep(0.5)  # a deciding key counts only after a rest
    ours.press(b"a")
    ours.until(lambda screen: _has(screen, f"Approve {APPROVED} invoices"))
    time.sleep(0.5)
    ours.press(str(APPROVED).encode() + ENTER)
    ours.until(is_busy)
    ours.press(ESCAPE)
    ours.until(lambda screen: name not in screen[2])
    ours.press(TOP)  # what was marked may stand at the end, where no key leads further
    ours.press(b"2")
    ours.until(lambda screen: "[2 Import]" in screen[0])
    ours.press(b"i")
    ours.until(lambda screen: _has(screen, "File or folder"))
    ours.press(str(batch).encode())
    ours.until(lambda screen: _has(screen, batch.name))
    ours.press(ENTER)
    ours.until(lambda screen: _has(screen, "[Imports 1]"))
    ours.press(b"1")
    ours.until(lambda screen: "[1 Queue]" in screen[0])
    pair.press_while(is_busy, (DOWN, DOWN, DOWN, PAGE_DOWN), times)
    return times


def _has(screen: Screen, words: str) -> bool:
    return any(words in line for line in screen)


def table(folder: Path, name: str, count: int) -> Path:
    """Write invoices that wait for a decision, and cannot be told for others."""
    lines = (
        f"{name}-{n},Supplier {10 + n % 20} GmbH,2026-11-01,2026-12-{1 + n % 28:02},"
        f"{700 + n * 3}.{int(name[-2:])},EUR,{ACCOUNTS[0]},Pallet freight\n"
        for n in range(count)
    )
    path = folder / f"{name}.csv"
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    return path


def _import(store: Path, batch: Path) -> None:
    command = python("-m", "tui", "--store", str(store), "--as", "ines", "import", str(batch))
    subprocess.run(command, check=True, capture_output=True)


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--busy", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        home = Path(made)
        store = options.store or home / "store"
        if not store.exists():
            make(store, options.rows)
        print(f"{'milliseconds':<28}{'p50':>8}{'p95':>8}{'least':>8}", flush=True)
        if options.busy:
            _measure_busy(store, home, options.rounds)
            return
        with running(store, home) as pair:
            idle(pair, options.rounds)
            now, most = pair.ours.resident_megabytes()
            print(f"resident {now:.0f} MB, at most {most:.0f} MB")


def _measure_busy(store: Path, home: Path, rounds: int) -> None:
    times = Times()
    for number in range(rounds):
        name = f"{time.time() % 10_000:04.0f}{number}"  # short: the list shows all of it
        _import(store, table(home, f"b{name}", APPROVED))
        mine = home / name  # what was on its way when the last round ended is nothing to this one
        with running(store, mine) as pair:
            found = busy(pair, table(home, f"m{name}", IMPORTED), f"b{name}")
            now, most = pair.ours.resident_megabytes()
        times.ours += found.ours
        times.minimal += found.minimal
        print(f"{found.told(f'busy, round {number + 1}')}   {now:.0f}/{most:.0f} MB", flush=True)
    print(times.told("busy, all"))


if __name__ == "__main__":
    main()
