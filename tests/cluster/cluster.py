"""A cluster of its own for each test: a private PostgreSQL, a private RabbitMQ, and sagad processes,
each behind gates that can be cut or frozen."""
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from postgres_server import PostgresServer
from private_process import die_with_parent
from rabbitmq_server import RabbitmqServer
from sagactl import BIN, DEADLINE_S, Operator, PromisesTest, wait_until
from tcp_gate import TcpGate

INITIAL_CREDIT = 500


class Node:
    """One sagad. `roles` absent: all; `store` absent: the cluster's PostgreSQL."""

    def __init__(self, cluster, name, *, roles=None, store=None, config=None, credit=INITIAL_CREDIT, flags=()):
        self.cluster, self.name, self.process = cluster, name, None
        self.log = cluster.folder / f"{name}.log"
        self.to_store = TcpGate(("127.0.0.1", cluster.postgres.port))
        self.to_broker = TcpGate(("127.0.0.1", cluster.rabbitmq.port))
        self.args = ["--name", name, "--initial-credit", str(credit), "--allow-faults",
                     "--store", store or cluster.store_url(self.to_store.port),
                     "--broker", f"amqp://guest:guest@127.0.0.1:{self.to_broker.port}/%2f", *flags]
        if roles:
            self.args += ["--roles", roles]
        if config:
            file = cluster.folder / f"{name}.toml"
            file.write_text(config)
            self.args += ["--config", str(file)]

    def start(self):
        """Does not wait. From the main thread only: see die_with_parent."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([BIN / "sagad", *self.args], stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, env=self.cluster.environment(), preexec_fn=die_with_parent)
        return self

    def wait_ready(self):
        wait_until(lambda: self.said(" is ready: ") or not self.runs(), f"{self.name} to be ready")
        if not self.runs():
            raise AssertionError(f"{self.name} ended with {self.process.returncode}:\n{self.words()[-4000:]}")
        return self

    def runs(self):
        return self.process is not None and self.process.poll() is None

    def said(self, text):
        return text in self.words()

    def words(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def kill(self):
        """kill -9."""
        self.process.kill()
        self.process.wait()

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        """Does nothing to one that has ended."""
        self.process.send_signal(signal.SIGCONT)

    def stop(self):
        """SIGTERM; returns the exit code."""
        self.process.terminate()
        return self.process.wait(timeout=DEADLINE_S)

    def gates(self):
        return [self.to_store, self.to_broker]

    def close(self):
        if self.runs():
            self.resume()
            self.kill()
        for gate in self.gates():
            gate.close()


class Servers:
    """A database and a broker, for one cluster or for several after each other."""

    def __init__(self):
        self.rabbitmq, self.postgres = RabbitmqServer(), PostgresServer()
        self.databases = 0
        try:
            self.rabbitmq.start()
            self.postgres.start()
            self.rabbitmq.wait_up()
        except BaseException:
            self.close()
            raise

    def make_database(self):
        self.databases += 1
        self.postgres.run_sql(f"CREATE DATABASE shop{self.databases}")
        return f"shop{self.databases}"

    def close(self):
        self.rabbitmq.stop()
        self.postgres.stop()


class Cluster(Operator):
    """An empty shop on those servers. What a closed one left in the broker would reach the next: let orders end."""

    def __init__(self, servers):
        self.rabbitmq, self.postgres = servers.rabbitmq, servers.postgres
        self.folder = Path(tempfile.mkdtemp(prefix="sagad-cluster-"))
        self.nodes = []
        self.database = servers.make_database()
        super().__init__(self.store_url(self.postgres.port))
        self.migrate(self.url)

    def store_url(self, port):
        return f"postgresql://postgres@127.0.0.1:{port}/{self.database}"

    def migrate(self, url):
        subprocess.run([BIN / "sagad", "migrate", "--store", url], check=True, capture_output=True,
                       env=self.environment())

    def add_node(self, name, **options):
        self.nodes.append(Node(self, name, **options))
        return self.nodes[-1]

    def add_nodes(self, count, **options):
        nodes = [self.add_node(f"node-{i + 1}", **options).start() for i in range(count)]
        for node in nodes:
            node.wait_ready()
        return nodes

    def wait_settled(self, patience_s=DEADLINE_S):
        """Until every order has ended or is held, and every fact is out."""
        def settled():
            status = self.ctl("-o", "json", "status")
            if not status.out:
                return False  # the database is still on its way up
            now = status.json()
            open_orders = sum(o["count"] for o in now["orders"] if o["state"] in ("running", "compensating"))
            return open_orders == 0 and now["unpublished"] == 0
        wait_until(settled, "all orders to end and all facts to be published", patience_s)

    def close(self):
        for node in self.nodes:
            node.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class ClusterTest(PromisesTest):
    """Each cluster that a test opens is closed with it, and must have kept every promise until then."""

    servers = None  # a class whose tests leave them as they were may share them

    def open_cluster(self):
        servers = self.servers or Servers()
        if servers is not self.servers:
            self.addCleanup(servers.close)
        cluster = Cluster(servers)
        self.addCleanup(cluster.close)
        self.addCleanup(self.assert_promises_kept, cluster)
        return cluster
