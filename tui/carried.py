"""The messages that the app carries, whatever they say: a screen's wish, a thread's answer."""

from textual.message import Message


class Carried(Message):
    """Goes to the switchboard, to the method its class is named after."""
