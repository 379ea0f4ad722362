"""LangGraph, loaded and put together: one asynchronous graph for decisions, one for the import."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from langgraph.checkpoint.serde import _msgpack

from expense_agent.errors import StoreUnusable
from expense_agent.settings import Settings
from expense_agent.workflow.graph import build_graph
from expense_agent.workflow.intake import Intake
from expense_agent.workflow.runner import Runner
from expense_agent.workflow.state import Ports


@dataclass(frozen=True, slots=True)
class Engine:
    """The acting half. Each side has a connection of its own to the checkpoints."""

    runner: Runner
    intake: Intake
    savers: tuple[Any, Any]

    def close(self) -> None:
        """Close the connections."""
        for saver in self.savers:
            saver.close()


def open_engine(settings: Settings, ports: Ports, saver: Callable[[], Any]) -> Engine:
    """Open the checkpoints and build the graphs; takes seconds, because it imports LangGraph.

    `saver` opens LangGraph's saver.
    """
    if not _msgpack.STRICT_MSGPACK_ENABLED:
        reason = "LangGraph was imported before expense_agent, so that checkpoints could run code"
        raise StoreUnusable(settings.store, reason)
    resumes, imports = saver(), saver()
    return Engine(
        runner=Runner(build_graph(resumes), ports),
        intake=Intake(build_graph(imports), imports.group, ports, settings.approver),
        savers=(resumes, imports),
    )
