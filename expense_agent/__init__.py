"""From invoice files to scheduled payments, with a person where one is needed.

The map: `domain` says what an invoice, a hold and a decision are; `importers` read files into
invoices; `workflow` walks each invoice through LangGraph; `storage` keeps the ledger, which is the
truth about money; `desks` do one job each through them, and `agent` puts all together behind
`service`, which is all that a front end may ask for; `views` is how people look at the queue.
"""

import os

# Read when LangGraph is first imported, hence set here. Without the first, loading a checkpoint
# runs any callable the file names; without the others, a stray variable sends invoices away.
os.environ["LANGGRAPH_STRICT_MSGPACK"] = "true"
for _maker in ("LANGSMITH", "LANGCHAIN"):
    os.environ[f"{_maker}_TRACING"] = os.environ[f"{_maker}_TRACING_V2"] = "false"

__version__ = "0.1.0"
