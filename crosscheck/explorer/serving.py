"""A server of a few texts on the loopback interface: no other machine can reach it, no file can be asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from crosscheck.usage import UsageError

HOST = "127.0.0.1"
TYPES: Mapping[str, str] = {"html": "text/html; charset=utf-8", "json": "application/json"}


def server(texts: Mapping[str, str], port: int) -> ThreadingHTTPServer:
    """A server of `texts` by file name, ready to serve; index.html is also /.  UsageError where the port is taken.

    port 0 is any that is free; `server_address` says which.
    """
    bodies = {f"/{name}": (text.encode(), TYPES[name.rpartition(".")[2]]) for name, text in texts.items()}
    bodies["/"] = bodies["/index.html"]

    class Handler(BaseHTTPRequestHandler):
        server_version = "crosscheck"
        sys_version = ""

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def _answer(self, *, with_body: bool) -> None:
            found = bodies.get(self.path.partition("?")[0])
            body, kind = found or (b"not found\n", "text/plain")
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("X-Content-Type-Options", "nosniff")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            if with_body:
                self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Requests are not shown."""

    try:
        return _Server((HOST, port), Handler)
    except OverflowError:
        raise UsageError(f"--port {port}: give a number from 0 (any free port) to 65535") from None
    except OSError as error:
        raise UsageError(f"--port {port} cannot be used: {error.strerror}; give another, or 0 for any") from None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = os.name == "posix"  # elsewhere a second server would take the port over in silence
