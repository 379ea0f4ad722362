"""Panels that more than one screen needs, or that are worth a file of their own."""
