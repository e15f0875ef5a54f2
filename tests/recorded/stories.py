"""Whole stories as they leave the sockets: stories.py PROGRAM. TAP on standard output.

A relay stands between `scimulator run` and `scimulator serve` and keeps every byte of the client's, all connections of it. For each dialect the
stories below are played, and of what the provider has sent each request must have
- the header lines of the golden transcripts in their order, Host first and Content-Length last, or both before Connection, and no other;
- Okta: a row of tests/answers/facts.tsv that it fits, which is written from Okta's documents and captures;
- Entra: method, path, query and operations of a form that a golden transcript has, whose facts stand above it there.
Every row must have been seen in the end (of Entra every form leaves the socket in transcripts.py). The observer's own requests are known by
their headers, which must be those of OBSERVER; a third kind of header block fails.
"""
import json
import os
import re
import socket
import subprocess
import sys
import tempfile

from transcripts import FOLDER, Transcript
from wire import Relay

STORIES = ["lifecycle", "groups", "okta", "okta-entitlements.assign", "okta-entitlements.user-schema", "entra.app-roles-single",
           "entra.app-roles-complex", "entra.app-roles-assertive", "entra.restored", "entra.purged-by-hand", "entra.delete-at-once",
           "entra.manager-comes-later"]
OKTA = ["okta-aiw", "okta-template", "okta-oiw"]
ENTRA = ["entra", "entra-flag", "entra-on-demand", "entra-validator"]

OBSERVER = {("Accept", "Authorization"), ("Authorization", "Accept"), ("Authorization", "Content-Type", "Accept")}
# What these stories have no reason to send: settings that are off.
NOT_OF_STORIES = {"group-all-without-path"}


# --- what is expected ---

def golden(dialect):
    """Request lines in words, header names, bodies."""
    for name in sorted(os.listdir(FOLDER + "/" + dialect)):
        transcript = Transcript(FOLDER + "/" + dialect + "/" + name)
        for _, exchanges in transcript.steps:
            for sent, _ in exchanges:
                empty = sent.index("")
                yield sent[0].split(" "), tuple(line.split(":")[0] for line in sent[1:empty]), "\n".join(sent[empty + 1:])


def headers_of(dialect):
    """The header names in their order, of requests that have a media type and of those that have none."""
    return {names for _, names, _ in golden("okta-template" if dialect == "okta-oiw" else dialect)}


def kind(value):
    if isinstance(value, str):
        return "boolean in words" if value.lower() in ("true", "false") else "JSON in words" if value[:1] == "{" else "text"
    if isinstance(value, list):
        return [kind(value[0])] if value else []
    if isinstance(value, dict):
        return sorted(value) if set(value) <= {"value", "$ref", "display", "type", "primary", "displayName"} else "object"
    return type(value).__name__


def forms(line, body):
    """What is the dialect's in a request, names and values left out."""
    method, (path, _, query) = line[0], line[1].partition("?")
    path = re.sub(r"^(/Users|/Groups)/.+", r"\1/*", path)
    query = re.sub(r"%22.*?%22(?=&|$)", "%22*%22", query)
    if method != "PATCH":
        yield json.dumps([method, path, query])
        return
    for operation in json.loads(body)["Operations"]:
        where = re.sub(r'\[value eq ".*"\]', '[value eq "*"]', operation.get("path", "no path"))
        where = re.sub(r'.*\[type eq ".*"\].*', 'x[type eq "*"].y', where)
        where = where if "[" in where or where in ("members", "manager", "active", "roles", "no path") else "attribute"
        yield json.dumps([method, path, list(operation), operation["op"], where, kind(operation.get("value"))])


class Facts:
    def __init__(self):
        with open("tests/answers/facts.tsv", encoding="utf-8") as file:
            self.rows = [line.rstrip("\n").split("\t") for line in file if line.strip() and line[0] != "#"]

    def row(self, dialect, line, body):
        for name, _, dialects, method, target, pattern, _ in self.rows:
            if (dialects == "*" or dialect in dialects.split(",")) and method == line[0] and glob(target, line[1]) and \
                    glob(pattern, body or "-"):
                return name
        return None

    def names(self):
        return [row[0] for row in self.rows]


def glob(pattern, text):
    return re.fullmatch(".*".join(re.escape(part) for part in pattern.split("*")), text, re.S) is not None


# --- recording ---

def free_port():
    with socket.create_server(("127.0.0.1", 0)) as door:
        return door.getsockname()[1]


class Recording:
    """The bundled server behind a relay, which it takes for its own address."""

    def __init__(self, program, folder):
        self.program, self.target = program, folder + "/target.json"
        os.environ["SCIMULATOR_ADMIN_TOKEN"] = "admin-of-the-recording"
        self.relay = Relay(free_port())
        address = "http://127.0.0.1:%d" % self.relay.port
        with open(self.target, "w", encoding="utf-8") as file:
            json.dump({"admin": address + "/admin", "adminToken": "${SCIMULATOR_ADMIN_TOKEN}"}, file)
        self.server = subprocess.Popen([program, "serve", "--port", str(self.relay.to), "--empty", "--public-url", address],
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.server.stdout.readline()  # it answers

    def stories(self, dialect):
        """The requests of the SCIM door while the stories were played, and why it can't be judged."""
        del self.relay.requests[:]
        done = subprocess.run([self.program, "run", *STORIES, "--idp", dialect, "--target", self.target, "--quiet"], capture_output=True,
                              text=True, timeout=300)
        trouble = None if done.returncode == 0 else "the run ended with status %d: %s" % (done.returncode, done.stderr.strip())
        return [r for r in self.relay.requests if "/scim/v2/" in r.target], trouble

    def close(self):
        self.server.terminate()
        self.server.wait()
        self.relay.close()


# --- judging ---

def header_names(request):
    """Without Host and Content-Length, which are at their places; None when they are not."""
    names = [line.split(":")[0] for line in request.lines[1:]]
    rest = [name for name in names if name not in ("Host", "Content-Length")]
    length, late = ["Content-Length"] if request.body else [], rest.index("Connection") if "Connection" in rest else None
    placed = ["Host"] + rest + length if late is None else rest[:late] + length + ["Host"] + rest[late:]
    return tuple(rest) if names == placed else None


def judge(dialect, requests, facts, seen):
    """Yields what is wrong; seen takes the rows of facts and the forms."""
    provider = headers_of(dialect)
    known = {form for line, _, body in golden(dialect) for form in forms(line, body)} if dialect in ENTRA else set()
    for request in requests:
        names = header_names(request)
        if request.trouble or names not in provider | OBSERVER:
            yield "%s: headers %s %s" % (request.line, request.lines[1:], request.trouble or "")
        if names not in provider:
            continue
        line = request.line.split(" ")
        line[1] = "/" + line[1].split("/scim/v2/", 1)[1]
        if dialect in OKTA:
            rows = [facts.row(dialect, line, request.body)]
            fit = rows[0] is not None
        else:
            rows = list(forms(line, request.body))
            fit = known.issuperset(rows)
        seen.update(rows)
        if not fit:
            yield "no golden request looks like %s %s" % (request.line, request.body)


def one(name, wrong):
    print(("ok - " + name) if not wrong else "not ok - %s\n# %s" % (name, "\n# ".join(wrong[:5])), flush=True)
    return 1 if wrong else 0


def main():
    facts, failed, rows = Facts(), 0, set()
    with tempfile.TemporaryDirectory() as folder:
        recording = Recording(sys.argv[1], folder)
        for dialect in OKTA + ENTRA:
            seen = set()
            requests, trouble = recording.stories(dialect)
            wrong = ([trouble] if trouble else []) + list(judge(dialect, requests, facts, seen))
            failed |= one("stories of %s, %d requests of %d kinds" % (dialect, len(requests), len(seen)), wrong)
            rows |= seen
        recording.close()
    failed |= one("every fact of Okta's was seen", sorted(set(facts.names()) - rows - NOT_OF_STORIES))
    return failed


if __name__ == "__main__":
    sys.exit(main())
