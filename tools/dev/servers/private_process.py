"""What all private servers have in common: ports of their own on loopback, and an end when whoever started them ends."""
import ctypes
import random
import signal
import socket

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)  # loaded before any fork


def die_with_parent(how=signal.SIGKILL):
    """Runs in the child: the kernel sends it the signal when the thread that started it ends, however that happens."""
    LIBC.prctl(PR_SET_PDEATHSIG, how, 0, 0, 0)


def free_ports(count):
    """Below the ports that the system gives to outgoing connections, so that they stay free until they are used."""
    ports = set()
    while len(ports) < count:
        port = random.SystemRandom().randrange(10_000, 32_000)
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
                ports.add(port)
            except OSError:
                pass  # taken
    return list(ports)
