"""The terminal's own memory and reasoning: no Textual, no engine, no I/O."""
