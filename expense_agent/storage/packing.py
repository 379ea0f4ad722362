"""Checkpoints packed small: a question stands in one three times, in text that is much the same."""

import zlib
from typing import Any

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

_PACKED = "+zlib"
_SMALL = 256
"""Bytes that are not worth the work."""
_QUICK = 1
"""zlib's quickest level: what a better one saves is less than a page."""
MOST_BYTES = 64 * 1024 * 1024
"""The limit one value may unpack to: a few bytes of a forged file could else fill the memory."""


class PackingSerializer(JsonPlusSerializer):
    """LangGraph's own serialiser, strict as it is set, with zlib behind it."""

    def dumps_typed(self, obj: Any) -> tuple[str, bytes]:
        """Return type and bytes; the type says whether they are packed."""
        kind, data = super().dumps_typed(obj)
        if len(data) < _SMALL:
            return kind, data
        return kind + _PACKED, zlib.compress(data, _QUICK)

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        """Read back what was written, packed or not; raises ValueError for what is too large."""
        kind, packed = data
        if not kind.endswith(_PACKED):
            return super().loads_typed(data)
        unpacking = zlib.decompressobj()
        plain = unpacking.decompress(packed, MOST_BYTES)
        if not unpacking.eof:
            raise ValueError(f"a checkpoint is cut off, or larger than {MOST_BYTES:,} bytes")
        return super().loads_typed((kind.removesuffix(_PACKED), plain))
