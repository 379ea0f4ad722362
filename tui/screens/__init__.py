"""One screen, one module: it draws the inbox and posts messages; it never calls the engine."""
