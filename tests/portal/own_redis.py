"""A Redis that an installation would bring: on a port or a socket, behind TLS, cut off, killed.

The embedded program knows no TLS, so a relay in front of it speaks TLS, and can stop answering.
"""

from __future__ import annotations

import datetime
import ipaddress
import select
import socket
import ssl
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from redis import Redis
from redis.exceptions import ConnectionError as NoRedis

from portal.servers.folders import find_valkey

PATIENCE = 60
HOST = "127.0.0.1"
_SIGNS_ONLY = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


def free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


@dataclass
class OwnRedis:
    """A server on a port and a socket of its own; `with` starts and ends it."""

    folder: Path
    password: str = ""
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        return self.folder / "redis.sock"

    def __enter__(self) -> Self:
        self.folder.mkdir(exist_ok=True)
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start it, or start it again, and wait until it answers."""
        options = {
            "port": str(self.port),
            "bind": HOST,
            "unixsocket": str(self.socket),
            "dir": str(self.folder),
            "appendonly": "yes",
            "save": "",
            "databases": "256",
            **({"requirepass": self.password} if self.password else {}),
        }
        parts = [part for name, value in options.items() for part in (f"--{name}", value)]
        self.process = subprocess.Popen([find_valkey(), *parts], stdout=subprocess.DEVNULL)
        until = time.monotonic() + PATIENCE
        while not self._answers():
            assert self.process.poll() is None, "Redis ended by itself"
            assert time.monotonic() < until, "Redis does not answer"
            time.sleep(0.05)

    def _answers(self) -> bool:
        with self.client() as client, suppress(NoRedis):
            return bool(client.ping())
        return False

    def client(self, database: int = 0) -> Redis:
        return Redis(host=HOST, port=self.port, password=self.password or None, db=database)

    def kill(self) -> None:
        """SIGKILL, as a machine that ends."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(PATIENCE)

    def cut(self, kind: str) -> int:
        """Cut all connections of a kind, `pubsub` or `normal`; returns how many there were."""
        with self.client() as client:
            return int(client.execute_command("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes"))


class Relay:
    """A port in front of a server; with `tls` it speaks TLS on the outside.

    While `blocked` nothing gets through in either direction, and nothing is closed, as where a
    firewall drops what comes: also new connections are taken, and hear nothing.
    """

    def __init__(self, target: int, tls: ssl.SSLContext | None = None) -> None:
        self.target, self.tls = target, tls
        self.blocked = False
        self.over = threading.Event()
        self.listener = socket.create_server((HOST, 0))
        self.port = int(self.listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.over.set()
        self.listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while not self.over.is_set():
                outside, _ = self.listener.accept()
                threading.Thread(target=self._serve, args=(outside,), daemon=True).start()

    def _serve(self, outside: socket.socket) -> None:
        with suppress(OSError), outside:
            self._wait()
            if self.tls is not None:
                outside = self.tls.wrap_socket(outside, server_side=True)
            with outside, socket.create_connection((HOST, self.target)) as inside:
                self._pass_on(outside, inside)

    def _pass_on(self, outside: socket.socket, inside: socket.socket) -> None:
        ways = {outside: inside, inside: outside}
        while not self.over.is_set():
            ready = [one for one in ways if isinstance(one, ssl.SSLSocket) and one.pending()]
            for one in ready or select.select(list(ways), [], [], 0.2)[0]:
                self._wait()
                part = one.recv(65536)
                if not part:
                    return
                ways[one].sendall(part)

    def _wait(self) -> None:
        while self.blocked and not self.over.is_set():
            time.sleep(0.05)


@dataclass(frozen=True)
class Authority:
    """Who signs the server's certificate: the file of the authority, and the server's context."""

    file: Path
    server: ssl.SSLContext


def authority(folder: Path) -> Authority:
    """An authority of the test's own, and a certificate of it for 127.0.0.1."""
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca = _certificate("test authority", ca_key, "test authority", ca_key, authority=True)
    own = _certificate("test redis", key, "test authority", ca_key, authority=False)
    ca_file, own_file = folder / "ca.pem", folder / "server.pem"
    ca_file.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    own_file.write_bytes(
        own.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own_file)
    return Authority(ca_file, context)


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    signer: str,
    signer_key: ec.EllipticCurvePrivateKey,
    *,
    authority: bool,
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, signer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        # From Python 3.13 on a certificate must say whose key signed it, an authority's what for.
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer_key.public_key()),
            critical=False,
        )
    )
    if authority:
        built = built.add_extension(_SIGNS_ONLY, critical=True)
    else:
        address = x509.IPAddress(ipaddress.ip_address(HOST))
        built = built.add_extension(x509.SubjectAlternativeName([address]), critical=False)
    return built.sign(signer_key, hashes.SHA256())
