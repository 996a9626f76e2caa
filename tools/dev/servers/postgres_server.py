#!/usr/bin/env python3
"""A private PostgreSQL for tests: on loopback, with a folder and a port of its own, gone with whoever started it.

    postgres_server.py run -- COMMAND...      runs the command beside a server

The command finds in its environment SAGAD_TEST_POSTGRES, the URL of an empty database that its superuser may do anything
with, and SAGAD_TEST_POSTGRES_CA, the certificate that the server shows once somebody sets `ssl = on`.
In Python: `with PostgresServer() as server: server.url, server.run_sql("..."), server.kill(), server.start()`.
Needs Debian's postgresql package, not its service; works as root and as anybody else. What it commits is on the disk.
"""
import argparse
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from private_process import die_with_parent, free_ports

UP_WITHIN_S = 60  # a server is up in about 0.2 s; one that recovers from a crash on a busy machine takes longer
DOWN_WITHIN_S = 20

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "lc_messages": "C",
    "ssl_cert_file": "server.crt",
    "ssl_key_file": "server.key",
}
# Everybody is let in but the role whose name says that it needs a password.
LOGINS = """\
local all all trust
host all with_password 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 trust
"""


def programs():
    """The folder of the newest server that is installed."""
    def version(folder):
        return [int(n) for n in folder.parent.name.split(".")]
    found = sorted(Path("/usr/lib/postgresql").glob("[0-9]*/bin"), key=version)
    if found:
        return found[-1]
    if postgres := shutil.which("postgres"):
        return Path(postgres).resolve().parent
    sys.exit("postgres_server: PostgreSQL is not installed; Debian's package is `postgresql`")


class PostgresServer:
    """Started by `start` or `with`; `stop` throws it away with all its data."""

    def __init__(self):
        self.bin = programs()
        self.port, = free_ports(1)
        self.folder = Path(tempfile.mkdtemp(prefix="sagad-postgres-"))
        self.data, self.log = self.folder / "data", self.folder / "server.log"
        self.process = None
        # The server refuses to run as root.
        self.user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        self.folder.chmod(0o711)  # tests that are not the server's user read its certificate

    @property
    def url(self):
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    @property
    def environment(self):
        return {"SAGAD_TEST_POSTGRES": self.url, "SAGAD_TEST_POSTGRES_CA": str(self.folder / "ca.crt")}

    def start(self):
        """Waits until it answers. After `kill` it recovers what was committed."""
        if not self.data.exists():
            self._create()
        give_up_at = time.monotonic() + UP_WITHIN_S
        while not self._is_up_before(give_up_at):  # the last one's shared memory may be in use for a moment
            if time.monotonic() > give_up_at:
                raise RuntimeError(f"PostgreSQL did not start:\n{self.log.read_text(errors='replace')[-4000:]}")
            time.sleep(0.05)

    def stop(self):
        if self.process:
            self._end(signal.SIGINT)  # fast: whoever is connected is told to go
        shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self):
        """As if its machine had lost power, but for what the kernel keeps."""
        self._end(signal.SIGKILL)

    def run_sql(self, sql, database="postgres"):
        """Runs statements, each in a transaction of its own; returns what they print."""
        told = subprocess.run(
            [self.bin / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d",
             f"postgresql://postgres@127.0.0.1:{self.port}/{database}"],
            input=sql, text=True, capture_output=True, check=False)
        if told.returncode:
            raise RuntimeError(f"{sql}: {told.stderr.strip()}")
        return told.stdout.strip()

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def _create(self):
        self._run(self.bin / "initdb", "-D", self.data, "-A", "trust", "-U", "postgres", "--locale=C.UTF-8", "-E", "UTF8")
        self._run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                  "-days", "2", "-subj", "/CN=sagad tests", "-addext", "subjectAltName=IP:127.0.0.1",
                  "-keyout", self.data / "server.key", "-out", self.data / "server.crt")
        shutil.copyfile(self.data / "server.crt", self.folder / "ca.crt")
        (self.data / "pg_hba.conf").write_text(LOGINS)

    def _is_up_before(self, give_up_at):
        """False when the process ended instead."""
        with self.log.open("ab") as log:
            settings = [argument for name, value in SETTINGS.items() for argument in ("-c", f"{name}={value}")]
            self.process = subprocess.Popen(
                [self.bin / "postgres", "-D", self.data, "-p", str(self.port), "-k", self.folder, *settings],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", start_new_session=True,
                preexec_fn=lambda: die_with_parent(signal.SIGQUIT), **self._as_user())
        while self.process.poll() is None and time.monotonic() < give_up_at:
            if self._says_ready():
                return True
            time.sleep(0.01)
        if self.process.poll() is None:
            self._end(signal.SIGKILL)
        return False

    def _says_ready(self):
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[0] == str(self.process.pid) and lines[7].strip() == "ready"

    def _end(self, how):
        """Its own children end when they notice that it is gone."""
        self.process.send_signal(how)
        try:
            self.process.wait(DOWN_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        give_up_at = time.monotonic() + DOWN_WITHIN_S
        while any(self._leftovers()) and time.monotonic() < give_up_at:
            time.sleep(0.01)

    def _leftovers(self):
        """The server's processes, which all work in its folder; each is a session of its own."""
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if os.readlink(entry / "cwd") == str(self.data):
                    yield entry.name
            except OSError:
                continue  # gone meanwhile, or somebody else's

    def _run(self, *command):
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.PIPE, cwd="/", **self._as_user())

    def _as_user(self):
        if not self.user:
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=["run"])
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with PostgresServer() as server:
        return subprocess.run(arguments.command, check=False, env={**os.environ, **server.environment}).returncode


if __name__ == "__main__":
    sys.exit(main())
