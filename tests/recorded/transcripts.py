"""Every golden transcript as it leaves the socket: transcripts.py PROGRAM [WORD [SEED]]. TAP on standard output; WORD picks paths that hold it,
the seed of `push` is another one in every run and told when something fails.

`scimulator push` plays the events of a transcript against a listener that is no part of ours and answers what the transcript answers. What came
in is compared byte for byte: request line, header lines in their order, body. What stands before the event (`given`) is reached by events, too,
against a small server with a memory, and kept in a state file.

Three things on the wire are not in a transcript and are expected at their places: Host first and Content-Length last, or both before Connection
where that is sent (Okta's dump), and no prefix of the path. Random ids and passwords are compared by their form. Before the first request `push` may look up somebody whom it does not
remember; that lookup is answered with nobody, and counted.

A transcript that push can't set up (its clock, a memory that no event leaves) is named with its reason, never counted as passed.
"""
import base64
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote_plus

from wire import Listener

FOLDER = "tests/transcripts"
DIRECTORY = FOLDER + "/directory.json"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
NAMES = {"ada@acme.test": "ada", "bob@acme.test": "bob", "cy@acme.test": "cy", "R&D Team": "eng", "Operations": "ops"}
GROUP_ID = "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159"  # of transcripts of Entra's
TYPE = ("Content-Type", "application/scim+json")
SEED = sys.argv[3] if len(sys.argv) > 3 else str(random.SystemRandom().getrandbits(48))


# --- the file ---

class Transcript:
    def __init__(self, path):
        self.path, self.given, self.steps = path, [], []
        self.dialect = path.split("/")[-2]
        sent = got = None
        with open(path, encoding="utf-8") as file:
            for line in file.read().split("\n"):
                if line.startswith("given: "):
                    self.given = line[7:].split()
                elif line.startswith("event: "):
                    self.steps.append((line[7:], []))
                elif line.startswith(">"):
                    if got is not None or sent is None:
                        sent, got = [], None
                        self.steps[-1][1].append((sent, reply := []))
                    sent.append(line[2:])
                elif line.startswith("<"):
                    got = reply
                    got.append(line[2:])


def answer_of(reply):
    status, _, header = reply[0].partition(" ")
    headers = [TYPE] + ([tuple(header.split(": ", 1))] if header else [])
    return int(status), headers, "\n".join(reply[1:])


def expected_of(sent, port):
    """The lines of a head and the body, as they must come."""
    empty = sent.index("")
    body = "\n".join(sent[empty + 1:])
    host, length = ["Host: 127.0.0.1:%d" % port], ["Content-Length: %d" % len(body.encode())] if body else []
    lines, late = sent[:empty], [i for i, line in enumerate(sent[:empty]) if line.startswith("Connection: ")]
    if late:
        return lines[:late[0]] + length + host + lines[late[0]:], body
    return lines[:1] + host + lines[1:] + length, body


# Random by nature: ids of a directory, GUIDs of lookups, first passwords.
FORMS = [(re.compile(r"\b00[ug][0-9A-Za-z]{17}\b"), "{okta-id}"),
         (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "{guid}"),
         (re.compile(r"\b[0-9a-f]{32}(?=[a-z]+(@|%40))"), "{hex}"),
         (re.compile(r'(?<="password":")[0-9A-Za-z]{8}(?=")'), "{password}")]


def formed(text):
    for form, name in FORMS:
        text = form.sub(name, text)
    return text


def same(lines, body, request):
    """None, or the first difference. Content-Length belongs to the body that came."""
    theirs = list(request.lines)
    if request.trouble:
        return request.trouble
    if request.body:
        if "Content-Length: %d" % len(request.body.encode()) not in theirs:
            return "no Content-Length that fits the body"
        theirs, lines = ([re.sub("^Content-Length: .*", "Content-Length", line) for line in side] for side in (theirs, lines))
    for want, have in zip([formed(l) for l in lines] + [None], [formed(l) for l in theirs] + [None]):
        if want != have:
            return "expected %r\n#   sent     %r" % (want, have)
    if formed(body) != formed(request.body):
        return "expected %s\n#   sent     %s" % (formed(body), formed(request.body))
    return None


# --- before the event ---

class Memory:
    """As much of a server as the events of `given` need. Ids are those that the transcript gives."""

    def __init__(self, ids):
        self.ids, self.items = ids, {}

    def found(self, name):
        items = [i for i in self.items.values() if name in (i.get("userName"), i.get("displayName"))]
        return {"schemas": [LIST], "totalResults": len(items), "startIndex": 1, "itemsPerPage": len(items), "Resources": items}

    def answer(self, request):
        path, _, query = request.target.partition("?")
        body = json.loads(request.body) if request.body else {}
        if request.method == "POST":
            key = NAMES.get(body.get("userName") or body.get("displayName"), "?")
            item = dict(body, id=self.ids.get(key, "unknown"))
            item.pop("password", None)
            self.items[path + "/" + item["id"]] = item
            return 201, [TYPE], json.dumps(item)
        if request.method == "GET" and "filter=" in query:
            return 200, [TYPE], json.dumps(self.found(unquote_plus(query).split('"')[1]))
        if path not in self.items:
            return 404, [TYPE], ""
        if request.method == "PUT":
            self.items[path] = dict(body, id=self.items[path]["id"])
        for operation in body.get("Operations", []) if request.method == "PATCH" else []:
            if isinstance(operation.get("value"), dict):
                self.items[path].update(operation["value"])
        return 200, [TYPE], json.dumps(self.items[path])


def write_directory(folder):
    """directory.json, and the empty group that test_transcripts.c adds to it."""
    with open(DIRECTORY, encoding="utf-8") as file:
        directory = json.load(file)
    directory["groups"]["ops"] = {"name": "Operations"}
    with open(folder + "/directory.json", "w", encoding="utf-8") as file:
        json.dump(directory, file)
    return folder + "/directory.json"


def group_id(program, folder):
    """The id that Entra's directory gives the group: it follows from the seed, and replies of transcripts hold it."""
    memory = Memory({})
    listener = Listener(memory.answer)
    push(program, "entra", ["push-group", "eng"], folder, listener.port)
    listener.close()
    return memory.items["/Groups/unknown"]["externalId"]


class Unfit(Exception):
    """Why push can't set a transcript up."""


def preparation(transcript):
    """Axes, ids, and the events that lead to what is given."""
    axes, ids, events, active, people = {}, {}, [], set(), {}
    if transcript.dialect in ("entra-validator", "rfc") and transcript.steps[0][0].startswith("assign-group"):
        raise Unfit("nothing tells the lookups of push from those of the event")
    for word in transcript.given:
        key, _, value = word.partition("=")
        if word == "time":
            raise Unfit("time passes in it")
        if key in ("axis:create-action", "axis:out-of-scope") and len(transcript.given) > 1:
            raise Unfit("its settings hold for what is given, too")
        if key.startswith("axis:"):
            axes[key[5:]] = int(value) if value.isdigit() else value
            continue
        name, _, more = value.partition(":")
        if key in ("eng", "ops"):
            members = set(filter(None, more.split(",")))
            if members - {"ops"} != (active & {"ada", "bob"} if key == "eng" else set()) or not name:
                raise Unfit("no event leaves the group as it is given")
            ids[key] = name
            events.append("push-group " + key)
            events += ["add-groups eng ops"] if "ops" in members else []
            continue
        if not name:
            raise Unfit("somebody is assigned and not there")
        ids[key] = name
        people[key] = more
        events.append("assign " + key)
        if not more:
            active.add(key)
    events += ["unassign " + key for key, more in people.items() if more == "inactive"]
    if transcript.dialect == "entra-on-demand" and any(people.values()):
        events.append("sync")  # clicks are no cycle, and the first cycle would look for everybody
    if any(w.startswith("eng=") for w in transcript.given) and any(people.values()):
        raise Unfit("no event leaves the group as it is given")
    return axes, ids, events


# --- playing ---

CLIENT = "Basic " + base64.b64encode(b"entra:client-secret").decode()
WAYS = {"raw": {"authorization": "secret-token"}, "basic": {"user": "secret", "password": "token"},
        "client-credentials": {"clientId": "entra", "clientSecret": "client-secret"}}


def target_of(way, folder, port):
    """The server's URL, or a target file with what this value of the axis authorization takes."""
    url = "http://127.0.0.1:%d" % port
    if way not in WAYS:
        return url
    target = {"scim": url, **WAYS[way]}
    if way == "client-credentials":
        target["tokenEndpoint"] = url + "/oauth/token"
    with open(folder + "/target.json", "w", encoding="utf-8") as file:
        json.dump(target, file)
    return folder + "/target.json"


def token(request):
    """The token endpoint as Entra needs it: a form, and the client by HTTP Basic."""
    headers = {line.partition(": ")[0].lower(): line.partition(": ")[2] for line in request.lines[1:]}
    right = (request.method == "POST" and headers.get("authorization") == CLIENT and request.body == "grant_type=client_credentials" and
             headers.get("content-type") == "application/x-www-form-urlencoded")
    return (200, [TYPE], '{"access_token":"secret-token","token_type":"Bearer","expires_in":3600}') if right else (401, [TYPE], "")


def push(program, dialect, words, folder, port, way="bearer"):
    secret = {"SCIMULATOR_PASSWORD": words.pop()} if words[0] == "sync-password" else {}
    return subprocess.run([program, "push", dialect, *words, "--directory", write_directory(folder), "--state", folder + "/state", "--seed", SEED,
                           "--target", target_of(way, folder, port)],
                          env=dict(os.environ, SCIMULATOR_TOKEN="secret-token", **secret), capture_output=True, text=True, timeout=60)


def words_of(event):
    words = event.split(" ")
    if words[0] in ("later", "wait"):
        raise Unfit("time passes in it")
    if words[0] == "update":
        changes = json.loads(event.split(" ", 2)[2])
        return words[:2] + ["%s=%s" % (key, "" if value is None else value) for key, value in changes.items()]
    if words[0] == "change-members":
        leave, come = ([w[1:] for w in words[2:] if w[0] == sign] for sign in "-+")
        return words[:2] + ["remove"] * bool(leave) + leave + ["add"] * bool(come) + come
    if words[0] in ("rename-group", "link-group", "unlink-group"):
        return event.split(" ", 2)
    if words[0] in ("set-job", "settings"):
        return event.split(" ", 1)
    return words


class Play:
    def __init__(self, program, transcript, folder, group):
        self.program, self.transcript, self.folder, self.group = program, transcript, folder, group
        self.axes, ids, self.before = preparation(transcript)
        self.steps = [(words_of(event), exchanges) for event, exchanges in transcript.steps]
        self.memory, self.script, self.at, self.lookups, self.wrong = Memory(ids), None, 0, 0, None
        self.listener = Listener(self.answer)

    def answer(self, request):
        if request.target == "/oauth/token":
            return token(request)
        if self.script is None:
            return self.memory.answer(request)
        if self.at < len(self.script):
            sent, reply = self.script[self.at]
            difference = same(*expected_of(sent, self.listener.port), request)
            if difference is None:
                self.at += 1
                return answer_of([line.replace(GROUP_ID, self.group) for line in reply])
        else:
            difference = "nothing more is expected, and %r came" % request.line
        if self.at == 0 and request.method == "GET" and "filter=" in request.target and "{guid}" not in formed(request.target):
            self.lookups += 1
            return 200, [TYPE], '{"schemas":["%s"],"totalResults":0,"startIndex":1,"itemsPerPage":0,"Resources":[]}' % LIST
        self.wrong = self.wrong or "request %d: %s" % (self.at + 1, difference)
        return 500, [TYPE], ""

    def push(self, words):
        dialect = self.transcript.dialect
        if self.axes:
            dialect = self.folder + "/dialect.json"
            with open(dialect, "w", encoding="utf-8") as file:
                json.dump({"name": "recorded", "base": self.transcript.dialect, "axes": self.axes}, file)
        done = push(self.program, dialect, words, self.folder, self.listener.port, self.axes.get("authorization"))
        self.said = done.stdout + done.stderr
        if done.returncode not in (0, 1, 3):
            self.wrong = self.wrong or "%s: %s" % (" ".join(words), done.stderr.strip())

    def play(self):
        for event in self.before:
            self.push(event.split(" "))
        for words, self.script in self.steps:
            self.at = 0
            self.push(words)
            if self.at < len(self.script) and not self.wrong:
                self.wrong = "request %d was not sent: %s\n# %s" % (self.at + 1, self.script[self.at][0][0], self.said.replace("\n", "\n# "))
        self.listener.close()
        return self.wrong


def play(program, path, group):
    """The transcript, what is wrong or None, how many lookups came before, and why it could not be played or None."""
    transcript = Transcript(path)
    with tempfile.TemporaryDirectory() as scratch:
        try:
            playing = Play(program, transcript, scratch, group)
            return transcript, playing.play(), playing.lookups, None
        except Unfit as reason:
            return transcript, None, 0, str(reason)


def main():
    program, pick = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    left_out, compared, lookups, failed, played = {}, 0, 0, 0, 0
    with tempfile.TemporaryDirectory() as scratch:
        group = group_id(program, scratch)
    paths = sorted(folder + "/" + name for folder, _, names in os.walk(FOLDER) for name in names if name.endswith(".txt"))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for transcript, wrong, before, unfit in pool.map(lambda path: play(program, path, group), [p for p in paths if pick in p]):
            if unfit:
                left_out[unfit] = left_out.get(unfit, 0) + 1
                continue
            played, failed, lookups = played + 1, failed + (wrong is not None), lookups + before
            compared += sum(len(exchanges) for _, exchanges in transcript.steps)
            print(("ok - " + transcript.path) if wrong is None else "not ok - %s\n# %s" % (transcript.path, wrong), flush=True)
    for reason, count in sorted(left_out.items()):
        print("# left out, %s: %d" % (reason, count))
    if failed:
        print("# played with the seed %s: transcripts.py PROGRAM WORD %s" % (SEED, SEED))
    print("# %d transcripts, %d requests compared byte for byte, %d lookups of push before them" % (played, compared, lookups))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
