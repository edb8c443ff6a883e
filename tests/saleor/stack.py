"""A whole Saleor with us in it: web process, worker, beat, broker, cache, mail server, on a database of its own."""

import asyncio
import os
import subprocess
import threading
from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from tests.saleor import databases, home, servers

STARTS = 180.0
"""Seconds that Saleor may take to start: it imports for 20 s on a busy machine."""
WORKER = (
    "celery",
    "--app",
    "saleor.celeryconf:app",
    "worker",
    "--loglevel=info",
    "--concurrency=2",
    "-n",
    "e2e@%h",
)
BEAT = (
    "celery",
    "--app",
    "saleor.celeryconf:app",
    "beat",
    "--loglevel=info",
    "--scheduler",
    "saleor.schedulers.schedulers.DatabaseScheduler",
    "--pidfile=",
)


class Mailbox:
    """An SMTP server that keeps what it is given."""

    def __init__(self) -> None:
        from aiosmtpd.controller import Controller

        self.messages: list[EmailMessage] = []
        self.refuses: dict[str, str] = {}
        """Address → its answer to RCPT."""
        self._controller = Controller(self, hostname="127.0.0.1", port=servers.free_port())
        self.port = self._controller.port

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Sequence[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        await asyncio.sleep(0)
        return "250 Message accepted for delivery"

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    def to(self, address: str) -> list[EmailMessage]:
        return [message for message in self.messages if address in str(message["To"])]


class Stack:
    """Started once per run of the end-to-end tests. Every process writes a log of its own to `logs`."""

    def __init__(self, server: str, logs: Path) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self.server = server
        self.logs = logs
        self.database = databases.fresh_name("relacional_e2e")
        self.broker = servers.Broker(logs / "broker.log")
        self.cache = servers.Broker(logs / "cache.log")
        self.mailbox = Mailbox()
        self.port = servers.free_port()
        self.vanilla_port = servers.free_port()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def vanilla_url(self) -> str:
        return f"http://127.0.0.1:{self.vanilla_port}"

    def environment(self) -> dict[str, str]:
        """What every program of this Saleor is started with."""
        return home.environment(
            DATABASE_URL=f"{self.server}/{self.database}",
            CACHE_URL=f"{self.cache.url}/0",
            CELERY_BROKER_URL=f"{self.broker.url}/1",
            RSA_PRIVATE_KEY=_key(),
            DEBUG="False",
            PUBLIC_URL=self.url,
            EMAIL_URL=f"smtp://127.0.0.1:{self.mailbox.port}",
            DEFAULT_FROM_EMAIL="shop@example.com",
            DJANGO_SETTINGS_MODULE="saleor.settings",
        )

    def begin(self) -> None:
        """Servers and database: what must be there before Django is set up."""
        self.broker.start()
        self.cache.start()
        self.mailbox.start()
        used = os.environ.get("RELACIONAL_USED")
        databases.copy(self.server, self.database, used or databases.template(databases.POPULATED))

    def install(self) -> None:
        """What a shop does after pip install: migrate."""
        home.manage(["migrate", "--no-input"], self.environment(), log=self.logs / "migrate.log")

    def start_all(self) -> None:
        """Web, vanilla web, worker and beat at once: each imports Saleor for itself."""
        self.start_web()
        self.start_web(vanilla=True)
        self.start_worker()
        self.start_beat()
        self.wait_for_web()
        self.wait_for_web(vanilla=True)

    def start_web(self, *, vanilla: bool = False) -> None:
        port = self.vanilla_port if vanilla else self.port
        command = (
            "uvicorn",
            "saleor.asgi:application",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            "--ws",
            "none",
        )
        settings = {"DJANGO_SETTINGS_MODULE": "tests.saleor.settings_vanilla"} if vanilla else {}
        self._start("vanilla" if vanilla else "web", (*command, "--lifespan", "off"), settings)

    def wait_for_web(self, *, vanilla: bool = False) -> None:
        name = "vanilla" if vanilla else "web"
        port = self.vanilla_port if vanilla else self.port
        servers.wait_for(port, f"Saleor ({self.logs / name}.log)", self._processes[name], STARTS)

    def start_worker(self) -> None:
        self._start("worker", WORKER)

    def start_beat(self) -> None:
        self._start("beat", (*BEAT, "-s", str(self.logs / "schedule")))

    def stop_one(self, name: str) -> None:
        if process := self._processes.pop(name, None):
            servers.stop(process)

    def end(self) -> None:
        """Everything that this stack started, and its database, unless it is to be left as a used one."""
        self.broker.thaw_if_frozen()
        stopping = [threading.Thread(target=self.stop_one, args=(name,)) for name in list(self._processes)]
        for thread in stopping:
            thread.start()
        for thread in stopping:
            thread.join()
        self.mailbox.stop()
        self.broker.stop()
        self.cache.stop()
        if left := os.environ.get("RELACIONAL_LEAVE"):
            databases.sql(self.server, f'ALTER DATABASE "{self.database}" RENAME TO "{left}"')
        else:
            databases.drop(self.server, self.database)

    def _start(self, name: str, command: Sequence[str], more: dict[str, str] | None = None) -> None:
        with (self.logs / f"{name}.log").open("ab") as out:
            self._processes[name] = subprocess.Popen(
                [str(home.PYTHON.parent / command[0]), *command[1:]],
                cwd=home.HOME,
                env={**self.environment(), **(more or {})},
                stdout=out,
                stderr=out,
                start_new_session=True,
            )


def _key() -> str:
    """A private key for tokens, made once and kept."""
    path = home.WORK / "jwt.pem"
    if not path.exists():
        program = (
            "from cryptography.hazmat.primitives.asymmetric import rsa;"
            "from cryptography.hazmat.primitives import serialization as s;"
            "k = rsa.generate_private_key(public_exponent=65537, key_size=2048);"
            "print(k.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()).decode())"
        )
        made = subprocess.run([str(home.PYTHON), "-c", program], capture_output=True, check=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(made.stdout)
    return path.read_text()
