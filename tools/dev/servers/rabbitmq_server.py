#!/usr/bin/env python3
"""A private RabbitMQ for tests: on loopback, with a folder, a cookie and ports of its own, gone with whoever started it.

    rabbitmq_server.py run [--tls] -- COMMAND...     runs the command beside a broker, which is started again when it dies
    rabbitmq_server.py do VERB                       to that broker, from inside the command:
        close-connections     as an operator would
        alarm on|off          the memory alarm: whoever publishes is made to wait
        kill                  with kill -9
        add-vhost NAME, delete-vhost NAME
        delete-queue VHOST NAME
        forget-queue VHOST NAME                            as a cluster may when one of its nodes comes back: nobody is told

The command finds in its environment SAGAD_TEST_BROKER (amqp://...), SAGAD_TEST_BROKER_DO, the `do` of above for that
broker, and with --tls also SAGAD_TEST_BROKER_TLS (amqps://..., with its cacertfile) and SAGAD_TEST_WRONG_CA. In Python:
`with RabbitmqServer() as server: server.url`. Clusters, and brokers that are killed under load, are sagachaos's business.
Needs Debian's rabbitmq-server package, not its service; works as root and as anybody else.
"""
import argparse
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from private_process import die_with_parent, free_ports

PROGRAM = "/usr/lib/rabbitmq/bin/rabbitmq-server"
UP_WITHIN_S = 120  # a node is up in about 4 s; on a machine that is very busy it takes longer

CONFIG = """\
listeners.tcp.1 = 127.0.0.1:{port}
disk_free_limit.absolute = 10MB
log.console = false
log.file.level = warning
cluster_name = sagad-tests
"""
TLS_CONFIG = """\
listeners.ssl.1 = 127.0.0.1:{tls_port}
ssl_options.cacertfile = {folder}/ca.pem
ssl_options.certfile = {folder}/server.pem
ssl_options.keyfile = {folder}/server.key
ssl_options.verify = verify_none
"""

VERBS = {
    "close-connections": '[catch rabbit_networking:close_connection(C, <<"closed by a test">>) '
                         '|| C <- rabbit_networking:connections()], ok.',
    "alarm on": "vm_memory_monitor:set_vm_memory_high_watermark(0.0), ok.",
    "alarm off": "vm_memory_monitor:set_vm_memory_high_watermark(0.4), ok.",
    "kill": "list_to_integer(os:getpid()).",
    "add-vhost": 'rabbit_vhost:add(<<"{}">>, <<"a test">>), rabbit_auth_backend_internal:set_permissions('
                 '<<"guest">>, <<"{}">>, <<".*">>, <<".*">>, <<".*">>, <<"a test">>), ok.',
    "delete-vhost": 'rabbit_vhost:delete(<<"{}">>, <<"a test">>), ok.',
    "delete-queue": '{{ok, Q}} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"{}">>, queue, <<"{}">>)), '
                    'rabbit_amqqueue:delete(Q, false, false, <<"a test">>), ok.',
    "forget-queue": 'mnesia:dirty_delete(rabbit_queue, rabbit_misc:r(<<"{}">>, queue, <<"{}">>)), ok.',
}


def erlang_program(name):
    return next(str(p) for p in Path("/usr/lib/erlang").glob(f"erts-*/bin/{name}"))


def evaluate(control, expression):
    """Runs Erlang inside a node, much quicker than rabbitmqctl. `control`: its distribution port and cookie."""
    port, _, cookie = control.partition(":")
    # It derives a name for itself from its pid, and needs a HOME only for the cookie that it is given here.
    done = subprocess.run([erlang_program("erl_call"), "-address", f"localhost:{port}", "-c", cookie, "-e"],
                          input=expression + "\n", text=True, capture_output=True, timeout=UP_WITHIN_S)
    if done.returncode or not done.stdout.startswith("{ok,"):
        raise RuntimeError(f"{expression}: {done.stdout}{done.stderr}")
    return done.stdout[len("{ok, "):-1]


def remove_abandoned_folders():
    """Of servers whose process was killed before it could tidy up."""
    for folder in Path(tempfile.gettempdir()).glob("sagad-rabbitmq-*-*"):
        pid = folder.name.split("-")[2]
        if pid.isdecimal() and not Path("/proc", pid).exists():
            shutil.rmtree(folder, ignore_errors=True)


class RabbitmqServer:
    """A broker of one node. `start` returns at once, `wait_up` when it serves; `with` does both."""

    def __init__(self, tls=False):
        if not Path(PROGRAM).exists():
            raise RuntimeError("RabbitMQ is not installed: run tools/dev/install-deps")
        self.tls, self.cookie = tls, secrets.token_hex(16)
        self.port, self.tls_port, self.distribution_port, self.epmd_port = free_ports(4)
        self.name = f"rabbit-{self.epmd_port}@localhost"
        remove_abandoned_folders()
        self.folder = Path(tempfile.mkdtemp(prefix=f"sagad-rabbitmq-{os.getpid()}-"))
        cookie_file = self.folder / ".erlang.cookie"
        cookie_file.write_text(self.cookie)
        cookie_file.chmod(0o400)
        if tls:
            make_certificates(self.folder)
        self.epmd = self.process = None

    @property
    def url(self):
        return f"amqp://guest:guest@127.0.0.1:{self.port}/%2f"

    @property
    def environment(self):
        known = {"SAGAD_TEST_BROKER": self.url, "SAGAD_TEST_BROKER_CONTROL": f"{self.distribution_port}:{self.cookie}",
                 "SAGAD_TEST_BROKER_DO": f"{sys.executable} {Path(__file__).resolve()} do"}
        if self.tls:
            known["SAGAD_TEST_BROKER_TLS"] = (f"amqps://guest:guest@localhost:{self.tls_port}/%2f"
                                              f"?cacertfile={self.folder}/ca.pem&verify=verify_peer")
            known["SAGAD_TEST_WRONG_CA"] = f"{self.folder}/wrong-ca.pem"
        return known

    def start(self):
        # Erlang's port mapper: started by us, because one that a node starts outlives it.
        self.epmd = subprocess.Popen([erlang_program("epmd"), "-port", str(self.epmd_port), "-address", "127.0.0.1"],
                                     stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                     preexec_fn=die_with_parent)
        self.start_node()
        return self

    def start_node(self):
        """Again, when it has died. Does not wait."""
        with (self.folder / "out").open("ab") as out:
            self.process = subprocess.Popen([PROGRAM], env=self._environment(), stdin=subprocess.DEVNULL, stdout=out,
                                            stderr=subprocess.STDOUT, preexec_fn=die_with_parent, cwd=self.folder)

    def wait_up(self):
        """Until it greets a client of AMQP, which it does when everything else is ready."""
        give_up_at = time.monotonic() + UP_WITHIN_S
        while not self._greets():
            if self.process.poll() is not None or time.monotonic() > give_up_at:
                raise RuntimeError(f"RabbitMQ does not come up:\n{self.log()}")
            time.sleep(0.02)
        return self

    def stop(self):
        for process in [self.process, self.epmd]:
            if process:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self):
        return "\n".join(f.read_text(errors="replace")[-4000:] for f in [self.folder / "out", *self.folder.glob("*.log")])

    def _greets(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as s:
                s.sendall(b"AMQP\0\0\x09\x01")
                return len(s.recv(8)) > 0
        except OSError:
            return False

    def _environment(self):
        folder = self.folder
        config = CONFIG + (TLS_CONFIG if self.tls else "")
        (folder / "rabbitmq.conf").write_text(config.format(port=self.port, tls_port=self.tls_port, folder=folder))
        (folder / "plugins").write_text("[].\n")
        return {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8", "HOME": str(folder),
            "RABBITMQ_NODENAME": self.name, "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port), "RABBITMQ_DIST_PORT": str(self.distribution_port),
            "ERL_EPMD_PORT": str(self.epmd_port), "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_MNESIA_BASE": str(folder / "data"), "RABBITMQ_LOG_BASE": str(folder),
            "RABBITMQ_PID_FILE": str(folder / "pid"), "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "generated"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"), "RABBITMQ_CONFIG_FILES": str(folder / "none"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "none"), "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            # The script becomes the node, instead of staying between it and us. And no spinning while idle.
            "RABBITMQ_ALLOW_INPUT": "1",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS":
                "-noinput +B i -kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none +S 2:2",
        }

    def __enter__(self):
        try:
            return self.start().wait_up()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_):
        self.stop()


def make_certificates(folder):
    """A certificate for localhost, the authority that signed it, and one that did not."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    for ca in ["ca", "wrong-ca"]:
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-subj", f"/CN=sagad tests {ca}", "-keyout", f"{ca}.key", "-out", f"{ca}.pem")
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost",
            "-keyout", "server.key", "-out", "server.csr")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "names", "-out", "server.pem")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="what", required=True)
    run = verbs.add_parser("run")
    run.add_argument("--tls", action="store_true")
    run.add_argument("command", nargs="+")
    do = verbs.add_parser("do")
    do.add_argument("verb", nargs="+")
    arguments = parser.parse_args()

    if arguments.what == "do":
        words = arguments.verb
        if " ".join(words) in VERBS:
            expression = VERBS[" ".join(words)]
        elif words[0] in VERBS and len(words) > 1:
            # A vhost stands twice in some; a name too many is not missed.
            expression = VERBS[words[0]].format(*words[1:], *words[1:])
        else:
            parser.error(f"unknown verb: {' '.join(words)}")
        answer = evaluate(os.environ["SAGAD_TEST_BROKER_CONTROL"], expression)
        if words == ["kill"]:
            os.kill(int(answer), signal.SIGKILL)
        return 0

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with RabbitmqServer(arguments.tls) as server:
        command = subprocess.Popen(arguments.command, env={**os.environ, **server.environment},
                                   preexec_fn=die_with_parent)
        while command.poll() is None:
            if server.process.poll() is not None:
                server.start_node()
            time.sleep(0.02)
        return command.returncode


if __name__ == "__main__":
    sys.exit(main())
