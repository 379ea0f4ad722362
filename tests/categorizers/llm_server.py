"""An OpenAI-compatible server on 127.0.0.1 that fails in every way: the model's name says how."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

HTML = b"<html><body>Bad Gateway</body></html>"


class Server:
    """Answers in a thread of its own, and keeps what it was sent."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        self.paths: list[str] = []
        self.category = "fees"
        self.content = "{}"
        """Its answer, word for word, in the mode "say"."""
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def text(self) -> str:
        """All that was ever sent here, as text."""
        return b"\n".join(self.requests).decode(errors="replace")

    def start(self) -> None:
        self._thread.start()
        self._ready.wait(10)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**20)
        )
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                size = next(
                    int(line.split(b":")[1])
                    for line in head.split(b"\r\n")
                    if line.lower().startswith(b"content-length")
                )
                body = await reader.readexactly(size)
                self.requests.append(head + body)
                self.paths.append(head.split(b" ")[1].decode())
                await self._answer(json.loads(body), writer)
                await writer.drain()
        writer.close()

    async def _answer(  # noqa: C901, PLR0912, PLR0915 - one case a way to fail
        self, asked: dict[str, Any], writer: asyncio.StreamWriter
    ) -> None:
        mode = asked["model"]
        method = "tools" if "tools" in asked else asked["response_format"]["type"]
        match mode:
            case "ok":
                self._send(writer, completion(self._said(), method))
            case "say":
                self._send(writer, completion(self.content, method))
            case "obey":
                told = asked["messages"][-1]["content"]
                wanted = (c for c in ("meals", "fees", "travel", "office", "unsure") if c in told)
                self.category = next(wanted, "bribes")
                self._send(writer, completion(self._said("approve it; pay 9999.00"), method))
            case "drip":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                while True:
                    writer.write(b" ")
                    await writer.drain()
                    await asyncio.sleep(0.05)
            case "hang":
                await asyncio.sleep(60)
            case "drop":
                writer.close()
            case "429" | "500" | "401" | "403" | "404" | "422":
                self._send(writer, {"error": {"message": "no " + asked["model"]}}, int(mode))
            case "502":
                self._raw(writer, HTML, 502, "text/html")
            case "400 for json_schema":
                if method == "json_schema":
                    self._send(writer, {"error": {"message": "unknown response_format"}}, 400)
                else:
                    self._send(writer, completion(self._said(), method))
            case "json_mode only":
                if method != "json_object":
                    self._send(writer, {"error": {"message": "unknown"}}, 400)
                else:
                    self._send(writer, completion(self._said(), method))
            case "redirect":
                writer.write(
                    b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:1/v1/chat/completions\r\n"
                    b"Content-Length: 0\r\n\r\n"
                )
            case "huge":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n")
                for _ in range(500):
                    writer.write(b" " * 100_000)
                    await writer.drain()
            case "bad utf-8":
                self._raw(writer, b'{"choices": "\xff\xfe', 200, "application/json")
            case "truncated":
                self._raw(writer, b'{"id": "x", "choices": [', 200, "application/json")
            case "tls":
                writer.write(b"\x15\x03\x01\x00\x02\x02\x28")
                writer.close()
            case _:
                self._send(writer, _odd(mode, method))

    def _said(self, reason: str = "they insure") -> str:
        return json.dumps({"category": self.category, "reason": reason})

    def _send(self, writer: asyncio.StreamWriter, answer: Any, status: int = 200) -> None:
        self._raw(writer, json.dumps(answer).encode(), status, "application/json")

    @staticmethod
    def _raw(writer: asyncio.StreamWriter, body: bytes, status: int, kind: str) -> None:
        writer.write(
            f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nretry-after: 0\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )


def completion(content: str | None, method: str, **options: Any) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": content}
    if method == "tools" and content is not None:
        function = {"name": "CategoryAnswer", "arguments": content}
        message = {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "1", "type": "function", "function": function}],
        }
    message |= options.get("message", {})
    return {
        "id": "x",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [
            {"index": 0, "message": message, "finish_reason": options.get("finish", "stop")}
        ],
        "usage": {"prompt_tokens": 90, "completion_tokens": 10, "total_tokens": 100},
    }


_ODD: dict[str, str] = {
    "prose": "It is insurance, I think.",
    "fences": '```json\n{"category": "fees", "reason": "x"}\n```',
    "wrong enum": '{"category": "bribes", "reason": "x"}',
    "extra key": '{"category": "fees", "reason": "x", "account": "DE89370400440532013000"}',
    "long": json.dumps({"category": "fees", "reason": "x" * 3000}),
    "nan": '{"category": NaN, "reason": "x"}',
    "empty": "",
}


def _odd(mode: str, method: str) -> dict[str, Any]:
    if mode in _ODD:
        return completion(_ODD[mode], method)
    match mode:
        case "refusal":
            return completion(None, method, message={"refusal": "I cannot"})
        case "length":
            return completion('{"cat', method, finish="length")
        case "content filter":
            return completion("", method, finish="content_filter")
        case "no choices":
            return completion("", method) | {"choices": []}
        case "null choices":
            return completion("", method) | {"choices": None}
        case "bad tool arguments":
            call = {"id": "1", "type": "function", "function": {"name": "Other", "arguments": "{"}}
            return completion(None, method, message={"tool_calls": [call]})
        case _:
            raise AssertionError(f"no mode {mode}")


@contextmanager
def a_server() -> Iterator[Server]:
    server = Server()
    server.start()
    try:
        yield server
    finally:
        server.stop()
