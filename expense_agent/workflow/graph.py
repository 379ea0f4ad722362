"""The topology of an invoice's thread, and nothing else."""

from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from expense_agent.workflow.nodes import (
    apply_decision,
    ask,
    await_decision,
    categorize,
    check_policy,
    close,
    request_approval,
    revalidate,
    schedule_payment,
)
from expense_agent.workflow.state import InvoiceState, Ports

Graph = CompiledStateGraph[InvoiceState, Ports, InvoiceState, InvoiceState]


def build_graph(saver: BaseCheckpointSaver[Any]) -> Graph:
    """Compile the graph on a checkpointer."""
    graph = StateGraph(InvoiceState, context_schema=Ports)

    graph.add_node("categorize", categorize)
    graph.add_node("check_policy", check_policy)
    graph.add_node("request_approval", request_approval)
    graph.add_node("await_decision", await_decision)  # type: ignore[call-overload] # Send gives it a payload
    graph.add_node("apply_decision", apply_decision)
    graph.add_node("revalidate", revalidate)
    graph.add_node("schedule_payment", schedule_payment)
    graph.add_node("close", close)

    graph.add_edge(START, "categorize")
    graph.add_edge("categorize", "check_policy")
    graph.add_conditional_edges("check_policy", _next, ["schedule_payment", "request_approval"])
    graph.add_conditional_edges("request_approval", ask, ["await_decision"])
    graph.add_edge("await_decision", "apply_decision")
    graph.add_conditional_edges(
        "apply_decision", _next, ["request_approval", "categorize", "revalidate", "close"]
    )
    graph.add_conditional_edges("revalidate", _next, ["schedule_payment", "request_approval"])
    graph.add_conditional_edges("schedule_payment", _next, ["request_approval", END])
    graph.add_edge("close", END)
    return graph.compile(checkpointer=saver)


def _next(state: InvoiceState) -> str:
    return state["next"]
