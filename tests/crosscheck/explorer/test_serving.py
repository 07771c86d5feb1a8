"""The server: this machine alone, these texts alone."""

import http.client
import threading

import pytest

from crosscheck.explorer.serving import HOST, server
from crosscheck.usage import UsageError


@pytest.fixture
def serving():
    with server({"index.html": "<p>é</p>", "explore.json": "{}"}, 0) as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield found
        found.shutdown()


def asked(serving, path: str, method: str = "GET") -> tuple[int, str | None, bytes]:
    connection = http.client.HTTPConnection(HOST, serving.server_address[1], timeout=10)
    connection.request(method, path)
    answer = connection.getresponse()
    found = (answer.status, answer.getheader("Content-Type"), answer.read())
    connection.close()
    return found


def test_it_listens_on_the_loopback_interface_alone(serving):
    assert serving.server_address[0] == "127.0.0.1"


def test_it_gives_its_texts_and_nothing_else(serving):
    page = (200, "text/html; charset=utf-8", "<p>é</p>".encode())
    assert asked(serving, "/") == asked(serving, "/index.html") == asked(serving, "/?x=1") == page
    assert asked(serving, "/explore.json") == (200, "application/json", b"{}")
    for path in ("/../index.html", "//etc/passwd", "/nothing", "/%2e%2e/setup"):
        assert asked(serving, path)[0] == 404
    assert asked(serving, "/", "HEAD")[2] == b""
    assert asked(serving, "/", "POST")[0] == 501


def test_a_port_in_use_is_refused_in_one_line(serving):
    port = serving.server_address[1]
    with pytest.raises(UsageError, match=f"--port {port} cannot be used: .*in use; give another, or 0 for any"):
        server({"index.html": ""}, port)


@pytest.mark.parametrize("port", [-1, 65536, 10**9])
def test_what_is_no_port_is_refused(port):
    with pytest.raises(UsageError, match=f"--port {port}: give a number from 0"):
        server({"index.html": ""}, port)
