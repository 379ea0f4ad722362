"""The sentence on the status line: the newest of whatever has something to say."""


class Status:
    """Holds one sentence, until the next one or until it is of no use any more."""

    def __init__(self) -> None:
        self._sentence = ""

    @property
    def sentence(self) -> str:
        """The newest sentence; may contain supplier text. "" where there is none."""
        return self._sentence

    def tell(self, sentence: str) -> None:
        """Put a sentence in the place of the one before; "" only takes that away."""
        self._sentence = sentence
