"""The life of one invoice as a LangGraph thread. Importing `graph` or `runner` loads LangGraph."""
