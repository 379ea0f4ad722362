"""How the Payments screen bears many payments: opening it, keys in it, its memory; two stores.

    python -m tests.benchmarks.payments_screen [--payments N] [--store FOLDER] [--rounds N]

Everything is measured with 1,000 payments, too, and the ratio to those is printed: a key and the
memory must not cost more with a longer list. Trust the ratios, not the times.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.frames import FilmedTerminal, Screen
from tests.benchmarks.many_payments import make
from tests.benchmarks.terminal import python

KEYS = {"j": b"j", "page down": b"\x1b[6~", "end": b"G", "top": b"g"}
FILTERS = {"filter of most": b"werk gmbh", "filter of few": b"e2bd7272", "no filter": b""}
FEW = 1_000


def _cursor(screen: Screen) -> str:
    line = next((line for line in screen if line.startswith(" > ")), "")
    return "" if "..." in line else line


def _listed(screen: Screen) -> str:
    line = next((line for line in screen[:4] if " listed" in line), "")
    return line if _cursor(screen) else ""


def _seconds(
    terminal: FilmedTerminal, keys: bytes, seen: Callable[[Screen], str], quiet: float = 0.3
) -> float:
    """Press keys; give the seconds to the first frame that shows something else."""
    before = seen(terminal.shown)
    pressed = terminal.press(keys)
    end = time.perf_counter() + 60
    while time.perf_counter() < end:
        terminal.film(10.0, quiet=quiet)
        for when, screen in terminal.screens():
            if (now := seen(screen)) and now != before:
                return when - pressed
    raise TimeoutError("\n".join(terminal.shown))


def measured(store: Path, rounds: int) -> dict[str, float]:
    """Return seconds, and megabytes."""
    found: dict[str, float] = {}
    with FilmedTerminal(
        python("-m", "tui", "--store", str(store), "--as", "ines"), {"XDG_CONFIG_HOME": str(store)}
    ) as terminal:
        terminal.until(lambda screen: any("engine ready" in line for line in screen))
        terminal.film(5.0, quiet=1.0)
        before = terminal.resident_megabytes()[0]
        found["opening"] = _seconds(terminal, b"3", _listed)
        terminal.film(5.0, quiet=1.0)
        now, most = terminal.resident_megabytes()
        found["MB more"], found["MB at most"] = now - before, most
        for names in (("j",), ("page down",), ("end", "top")):
            times: dict[str, list[float]] = {name: [] for name in names}
            for _ in range(rounds):
                for name in names:
                    times[name].append(_seconds(terminal, KEYS[name], _cursor))
            found |= {name: statistics.median(taken) for name, taken in times.items()}
        terminal.film(2.0, quiet=0.5)
        for name, words in FILTERS.items():
            terminal.press(b"/\x15" + words)
            terminal.film(2.0, quiet=0.3)
            found[name] = _seconds(terminal, b"\r", _listed)
        found["view"] = _seconds(terminal, b"]", _listed)
    return found


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--payments", type=int, default=100_000)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        many = options.store or Path(made) / "many"
        if not many.exists():
            make(many, options.payments)
        make(few := Path(made) / "few", FEW)
        base, ours = measured(few, options.rounds), measured(many, options.rounds)
    print(f"{'':<24}{FEW:>10,}{'many':>10}   ratio   seconds, or MB")
    for name, value in ours.items():
        print(f"{name:<24}{base[name]:10.3f}{value:10.3f}{value / base[name]:8.1f}")


if __name__ == "__main__":
    main()
