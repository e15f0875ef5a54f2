"""Servers that answer without end, or twice: bad_servers.py PROGRAM. TAP on standard output.

What such a server does is its own fault and never told as the user's (status 2): of an event it is a finding with the exchange (1), before
anything has begun the target can't be worked with (3).
"""
import gzip
import os
import subprocess
import sys
import tempfile

from wire import Door, next_request

LIST = '{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,%s"startIndex":1,"itemsPerPage":0,"Resources":[]}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/scim+json\r\n"
STORY = """{"id":"a.b","title":"T","why":"W","covers":["K01"],"tags":["t"],"idp":["okta-aiw"],
"directory":{"users":{"ada":{"givenName":"Ada","email":"ada@acme.test"}}},"steps":[{"assign":"ada"}]}"""


def whole(body):
    return HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body


GOOD = whole((LIST % "").encode())
BOMB = gzip.compress(b" " * (40 << 20))
# name, what is sent once, what is sent for ever, what `push` says of it
SERVERS = [
    ("an endless body", HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b" " * 65536 + b"\r\n", "the reply is larger than"),
    ("a storm of 102", b"", b"HTTP/1.1 102 Processing\r\n\r\n" * 100, "interim replies included, is larger than"),
    ("a gzip bomb", HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB) + BOMB, None, "the reply is larger than"),
    ("a member twice", whole((LIST % '"totalResults":1,').encode()), None, 'the member "totalResults" occurs twice in this object'),
]


class Bad(Door):
    """Answers well as often as it is told to, then badly."""

    def __init__(self, good, once, for_ever):
        self.good, self.once, self.for_ever = good, once, for_ever
        super().__init__()

    def serve(self, connection):
        data = b""
        with connection:
            try:
                while more := connection.recv(65536):
                    request, data = next_request(data + more)
                    if request is None:
                        continue
                    if self.good > 0:
                        self.good -= 1
                        connection.sendall(GOOD)
                        continue
                    connection.sendall(self.once)
                    while self.for_ever:
                        connection.sendall(self.for_ever)
            except OSError:
                return


def ask(words, door, folder):
    done = subprocess.run(words + ["--target", "http://127.0.0.1:%d" % door.port], cwd=folder, env=dict(os.environ, SCIMULATOR_TOKEN="secret-token"),
                          capture_output=True, text=True, timeout=60)
    door.close()
    return done.returncode, done.stdout + done.stderr


def main():
    program, failed = sys.argv[1], 0
    with tempfile.TemporaryDirectory() as folder:
        with open(folder + "/story.json", "w", encoding="utf-8") as file:
            file.write(STORY)
        for name, once, for_ever, says in SERVERS:
            reads = for_ever is None  # the first GET of `run` asks for no encoding, and for no more than a 200
            for what, words, good, status, text in [
                    ("push", [program, "push", "okta-aiw", "hire", "ada@acme.test"], 0, 1, says),
                    ("run, at once", [program, "run", "story.json"], 0, 1 if reads else 3, says),
                    ("run, in the story", [program, "run", "story.json"], 1, 1, says)]:
                got, said = ask(words, Bad(good, once, for_ever), folder)
                if what != "push" and "occurs twice" in text:
                    text = "okta.reply-member-twice"  # a SHOULD is counted there, and told in whole by the reports
                fine = got == status and text in said
                failed += not fine
                print("%sok - %s, %s: status %d" % ("" if fine else "not ", name, what, status))
                if not fine:
                    print("# status %d\n# %s" % (got, said.strip().replace("\n", "\n# ")))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
