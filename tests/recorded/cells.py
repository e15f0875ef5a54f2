"""Which golden transcript is missing: every event x dialect x answer of a server has one. cells.py; prints the empty cells, status 1 with any.

What counts are the exchanges, never a title: what a lookup has found, and what a request was answered. Of Entra the events of a dialect are the
transcripts called like them (test_transcripts.c sees to it that each event has one), and each step of every transcript is looked at; of Okta they
are the files of tests/answers (test_okta_answers.c).

A cell without a transcript is a row of NEVER, where the answer can't come, or of SAME, where it can and what follows is played by another
transcript, which the row names; both with the reason. A row that a transcript gives the lie is told as well.
"""
import os
import sys

from transcripts import FOLDER, Transcript

ENTRA = ["entra", "entra-flag", "entra-on-demand", "entra-validator", "rfc"]  # rfc goes about it as Entra does
CYCLES = {"entra", "entra-flag", "entra-validator", "rfc"}
OKTA = ["okta-aiw", "okta-template", "okta-oiw"]
FOUND = ["no match", "match", "inactive match"]
ENTRA_ANSWERS = ["2xx"] + FOUND + ["409", "404", "429", "5xx"]
OKTA_ANSWERS = FOUND + ["409", "404", "429", "503 to a read", "503 to the first write", "503 to a later request"]

# --- Entra: event, dialects (None: all), answers, reason ---

BY_ID = "the account is known by its id, nobody is looked up"
LEAVES = "in a cycle the account is known by its id, and who is not known leaves nothing to do"
GROUP = "groups have no active"
TESTS = "whoever is found has the GUID of nobody: that is the complaint, active or not"
ENTRA_NEVER = [
    ("test-connection", None, {"no match"}, "is the good answer to the GUID that nobody has: counted with 2xx"),
    *[(event, None, set(FOUND), BY_ID) for event in ("deactivate", "delete", "soft-delete", "delete-group", "unassign-group", "add-groups", "remove-groups")],
    *[(event, CYCLES, set(FOUND), LEAVES) for event in ("unassign", "remove-members")],
    *[(event, None, {"inactive match"}, GROUP) for event in ("push-group", "rename-group")],
]
ENTRA_SAME = [
    ("test-connection", None, {"inactive match"}, TESTS),
    ("allow-deletions", None, {"no match", "inactive match"}, "assign: what is staged is known, and looked up is who came into scope besides"),
    ("unassign", {"entra-on-demand"}, {"no match"}, "unassign after a 404: an account that is gone leaves nothing to do"),
    ("update", {"entra-on-demand"}, {"no match"}, "assign, no match"),
    ("add-members", {"entra-on-demand"}, {"no match", "inactive match"}, "push-group, no match; the click looks up the group alone"),
    ("remove-members", {"entra-on-demand"}, {"no match", "inactive match"}, "push-group, no match; the click looks up the group alone"),
    ("set-app-roles", None, {"match", "inactive match"}, "assign, match and inactive match"),
]

# --- Okta: likewise ---

NOTHING = "nothing is sent, whatever the server would answer"
READS = "it only reads"
ONE = "one write, and nothing after it"
AIW, PATCHES = {"okta-aiw"}, {"okta-template", "okta-oiw"}
KNOWN = ("activate-push", "add-members", "change-members", "deactivate", "delete-group", "end-push-rule", "entitle", "entitle-none", "force-sync", "push-now", "remove-members",
         "rename-group", "sync", "sync-password", "unassign", "unassign-group", "unlink-group", "update", "update-offered")
READING = ("import", "import-carried", "import-entitlements", "import-user-schema", "settings", "settings-entitlements", "test-connection")
OKTA_NEVER = [
    *[(event, None, set(OKTA_ANSWERS), NOTHING) for event in ("deactivate-push", "delete", "suspend", "unsuspend", "update-kept-back")],
    *[(event, None, set(FOUND), "who is told of is known by the id, nobody is looked up") for event in KNOWN],
    *[(event, None, set(FOUND), "pages, and no lookup") for event in READING],
    *[(event, None, {"503 to the first write", "503 to a later request"}, READS) for event in READING],
    *[(event, None, {"inactive match"}, GROUP) for event in ("link-group", "push-group", "push-rule")],
    *[(event, None, {"503 to a later request"}, ONE)
      for event in ("deactivate", "delete-group", "end-push-rule", "entitle", "entitle-none", "rename-group", "sync-password", "unassign",
                    "unlink-group", "update", "update-offered")],
    *[(event, AIW, {"503 to a later request"}, ONE)
      for event in ("activate-push", "add-members", "change-members", "link-group", "push-now", "remove-members", "sync")],
    *[(event, PATCHES, {"503 to a read"}, "a PATCH by the id, and nothing is read before it")
      for event in ("activate-push", "add-members", "change-members", "push-now", "remove-members", "rename-group", "sync")],
    *[(event, None, {"503 to a read"}, "a DELETE by the id") for event in ("delete-group", "end-push-rule", "unlink-group")],
]
OKTA_SAME = []


def found(sent, reply):
    """What a lookup has found; None: no such request, or no list. The GUID of nobody is looked up before everything: only a match counts."""
    if not sent[0].startswith("GET ") or "filter=" not in sent[0] or not reply[0].startswith("200"):
        return None
    body = "".join(reply[1:])
    if "{guid}" in sent[0]:
        return None if '"totalResults":0' in body else "match"
    return "no match" if '"totalResults":0' in body else "inactive match" if '"active":false' in body else "match"


def entra_cells(dialect):
    cells = {}
    for name in sorted(os.listdir(FOLDER + "/" + dialect)):
        for event, exchanges in Transcript(FOLDER + "/" + dialect + "/" + name).steps:
            have = cells.setdefault(event.removeprefix("later ").split(" ")[0], set())
            statuses = [reply[0].split(" ")[0] for _, reply in exchanges]
            have.update(status if status in ENTRA_ANSWERS else status[0] + "xx" for status in statuses)
            have.update(filter(None, (found(sent, reply) for sent, reply in exchanges)))
    return {event: have for event, have in cells.items() if os.path.exists("%s/%s/%s.txt" % (FOLDER, dialect, event))}


def answers_of(exchanges):
    """The cells that one case of Okta's fills: method, status and what was found, in order."""
    have, taken = set(), False
    for method, status, what in exchanges:
        if what:
            have.add(what)
        if status == "503":
            have.add("503 to a read" if method == "GET" else "503 to the first write" if not taken else "503 to a later request")
            if taken:
                have.add("503 to a later request")
        elif status in OKTA_ANSWERS:
            have.add(status)
        taken = taken or (method != "GET" and status[0] == "2")
    return have


def okta_cells(dialect):
    cells = {}
    for name in sorted(os.listdir("tests/answers/" + dialect)):
        have, exchanges = cells.setdefault(name.removesuffix(".txt"), set()), []
        with open("tests/answers/%s/%s" % (dialect, name), encoding="utf-8") as file:
            for line in file:
                words = line.split()
                if line.startswith("== "):
                    have |= answers_of(exchanges)
                    exchanges = []
                elif line.startswith("> ") and words[-1] in ("@read", "@write"):
                    method = words[1]
                elif line.startswith("< "):
                    exchanges.append((method, words[1], " ".join(words[2:])))
        have |= answers_of(exchanges)
    return cells


def excused(rows, event, dialect):
    return set().union(*(answers for name, dialects, answers, _ in rows if name == event and dialect in (dialects or {dialect})))


def main():
    empty, lies, count = [], [], 0
    for dialects, cells_of, answers, never, same in [(ENTRA, entra_cells, ENTRA_ANSWERS, ENTRA_NEVER, ENTRA_SAME),
                                                     (OKTA, okta_cells, OKTA_ANSWERS, OKTA_NEVER, OKTA_SAME)]:
        for dialect in dialects:
            for event, have in cells_of(dialect).items():
                count += len(answers)
                excuse = excused(never, event, dialect) | excused(same, event, dialect)
                empty += ["%s, %s: %s" % (dialect, event, answer) for answer in answers if answer not in have | excuse]
                lies += ["%s, %s: %s" % (dialect, event, answer) for answer in answers if answer in have & excuse]
    for cell in empty:
        print("no golden transcript for " + cell)
    for cell in lies:
        print("there is a transcript of what cells.py excuses: " + cell)
    print("%d cells looked at" % count)
    return 1 if empty or lies else 0


if __name__ == "__main__":
    sys.exit(main())
