"""What leaves the socket, read by a program that shares no code with ours: plain sockets, Python's standard library.

Request   one HTTP/1.1 request as it came: request line, header lines in their order, body; nothing is interpreted but Content-Length.
Listener  takes connections and hands every request to `answer(request) -> (status, headers, body)`, in the order in which they come.
Relay     stands between a client and a server, hands on every byte as it is, and keeps the requests.

Limits: requests without chunked bodies, of at most MAX_BYTES. Anything else is kept as a Request with `trouble`.
"""
import socket
import threading

MAX_BYTES = 4 << 20


class Request:
    def __init__(self, head, body, trouble=None):
        self.lines = head.decode("latin-1").split("\r\n")
        self.body = body.decode("utf-8", "replace")
        self.trouble = trouble

    @property
    def line(self):
        return self.lines[0]

    @property
    def method(self):
        return self.lines[0].split(" ")[0]

    @property
    def target(self):
        return (self.lines[0].split(" ") + [""])[1]


def next_request(data):
    """The first whole request of data and what is left; None when more must come."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return (Request(data[:80], b"", "no end of the head"), b"") if len(data) > MAX_BYTES else (None, data)
    head, length = data[:end], 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length" and value.strip().isdigit():
            length = int(value)
        if name.lower() in (b"transfer-encoding", b"expect"):
            return Request(head, b"", "a header that neither provider sends: " + line.decode("latin-1")), b""
    if length > MAX_BYTES:
        return Request(head, b"", "an endless body"), b""
    if len(data) < end + 4 + length:
        return None, data
    return Request(head, data[end + 4:end + 4 + length]), data[end + 4 + length:]


class Door:
    """A listening socket on 127.0.0.1, a thread for each connection."""

    def __init__(self):
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listening.getsockname()[1]
        self.lock = threading.Lock()
        self.accepting = threading.Thread(target=self.accept, daemon=True)
        self.accepting.start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def close(self):
        """Nobody accepts any more when it returns. Whoever still did would do it by the number of a descriptor that the next door has by then,
        and answer for it."""
        self.listening.shutdown(socket.SHUT_RDWR)  # wakes accept, and ends one that has not begun yet
        self.accepting.join()
        self.listening.close()


class Listener(Door):
    def __init__(self, answer):
        self.answer = answer
        super().__init__()

    def serve(self, connection):
        data = b""
        with connection:
            while True:
                request, data = next_request(data)
                if request is None:
                    try:
                        more = connection.recv(65536)
                    except OSError:
                        return
                    if not more:
                        return
                    data += more
                    continue
                with self.lock:
                    status, headers, body = self.answer(request)
                payload = body.encode()
                head = ["HTTP/1.1 %d Answer" % status] + ["%s: %s" % pair for pair in headers]
                if status != 204:
                    head.append("Content-Length: %d" % len(payload))
                connection.sendall(("\r\n".join(head) + "\r\n\r\n").encode() + payload)
                if request.trouble:
                    return


class Relay(Door):
    def __init__(self, port):
        self.to = port
        self.requests = []
        super().__init__()

    def pump(self, source, sink):
        try:
            while True:
                data = source.recv(65536)
                if not data:
                    break
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def serve(self, connection):
        data = b""
        with connection, socket.create_connection(("127.0.0.1", self.to)) as server:
            server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            back = threading.Thread(target=self.pump, args=(server, connection), daemon=True)
            back.start()
            try:
                while True:
                    more = connection.recv(65536)
                    if not more:
                        break
                    data += more
                    while True:
                        request, data = next_request(data)
                        if request is None:
                            break
                        with self.lock:
                            self.requests.append(request)
                    server.sendall(more)
                server.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            back.join(5)
