"""The shop on the web: the same process serves it while the days go by and afterwards."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

from saleor_relacional.demo.problem import DemoProblem

HOST = "127.0.0.1"
PORTS = range(8000, 8050)


class _Quiet(WSGIRequestHandler):
    """The terminal belongs to the story; requests are not told there."""

    def log_message(self, format: str, *args: object) -> None:
        pass


def free_port(wanted: range = PORTS) -> int:
    """The first of these ports that nobody listens on."""
    for port in wanted:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise DemoProblem(f"Ports {wanted.start} to {wanted.stop - 1} are all taken: end what listens there.")


@contextmanager
def serving(port: int) -> Iterator[None]:
    """Serve the shop on this port while the block runs."""
    server = ThreadedWSGIServer((HOST, port), _Quiet)
    server.daemon_threads = True
    server.set_app(WSGIHandler())
    thread = threading.Thread(target=server.serve_forever, name="relacional-site", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
