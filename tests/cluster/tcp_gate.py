"""A door between a client and a server, on loopback, that a test can shut: to cut a node off without killing anybody.

    gate = TcpGate(("127.0.0.1", 5432))      # connect to gate.port instead
    gate.cut()                               # connections break, new ones are refused at once
    gate.freeze()                            # connections stay and nothing passes: a network that swallows packets
    gate.open()                              # as before; what was frozen goes on
"""
import socket
import threading

CHUNK = 256 * 1024
CONNECT_TIMEOUT_S = 2


class TcpGate:
    """A thread for each direction of each connection: a slow reader slows its writer down, as without the gate."""

    def __init__(self, target):
        self.target = target
        self.changed = threading.Condition()
        self.state = "open"
        self.sockets = set()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        self.start(self.accept)

    def open(self):
        self.become("open")

    def freeze(self):
        self.become("frozen")

    def cut(self):
        self.become("cut")
        self.break_all()

    def close(self):
        self.become("closed")
        self.break_all()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    # --- on its threads -----------------------------------------------------------------------------------

    @staticmethod
    def start(work, *args):
        threading.Thread(target=work, args=args, daemon=True).start()

    def become(self, state):
        with self.changed:
            self.state = state
            self.changed.notify_all()

    def break_all(self):
        with self.changed:
            broken, self.sockets = self.sockets, set()
        for sock in broken:
            self.hang_up(sock)

    @staticmethod
    def hang_up(sock):
        try:
            sock.shutdown(socket.SHUT_RDWR)  # wakes the thread that reads it, which closes it
        except OSError:
            pass

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return  # closed
            self.start(self.connect, client)

    def connect(self, client):
        with self.changed:
            self.changed.wait_for(lambda: self.state != "frozen")
        try:
            if self.state != "open":
                raise ConnectionRefusedError
            server = socket.create_connection(self.target, timeout=CONNECT_TIMEOUT_S)
        except OSError:
            client.close()
            return
        server.settimeout(None)
        for sock in (client, server):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self.changed:
            if self.state in ("cut", "closed"):  # meanwhile
                client.close()
                server.close()
                return
            self.sockets |= {client, server}
        self.start(self.carry, client, server)
        self.carry(server, client)

    def carry(self, source, sink):
        try:
            while data := source.recv(CHUNK):
                with self.changed:
                    self.changed.wait_for(lambda: self.state != "frozen")
                sink.sendall(data)
        except OSError:
            pass
        self.hang_up(sink)
        with self.changed:
            self.sockets.discard(source)
        source.close()
