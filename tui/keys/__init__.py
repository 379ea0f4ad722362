"""Groups of keys with what they do; a page holds those that work on it."""
