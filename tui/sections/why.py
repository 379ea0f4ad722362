"""Why it is here: every hold with its rule and its evidence."""

from textual.content import Content

from tui.safe_text import safe
from tui.sections.about import About
from tui.sections.line import GAP, MUTED, WARNING, Line, line

_WORDS = {"block": "blocks", "warn": "look at"}


def why_here(about: About) -> list[Line]:
    """Return the holds, the most alarming first."""
    lines = [GAP]
    for number, hold in enumerate(about.detail.holds):
        word = _WORDS.get(hold.severity, hold.severity)
        style = "bold $text-error" if hold.severity == "block" else WARNING
        rule = (Content.assemble(" (", safe(hold.rule), ")"), MUTED)
        label = "" if number else "why here"
        lines.append(line(label, (f"{word}: ", style), safe(hold.reason, limit=400), rule))
        lines += [line("", ("  - ", MUTED), safe(proof, limit=300)) for proof in hold.evidence]
        if not hold.overridable:
            lines.append(line("", ("  approving cannot help: edit or reject it", style)))
    return lines if len(lines) > 1 else [*lines, line("why here", "no hold on it")]
