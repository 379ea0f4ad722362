"""What this terminal remembers and works out for itself: no Textual, no engine, no I/O."""
