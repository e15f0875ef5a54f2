"""Which golden transcript is missing: every event x dialect x answer of a server has one. cells.py; prints the empty cells, status 1 with any.

The events of a dialect are the transcripts called like them (test_transcripts.c and test_okta_answers.c see to it that each event has one). Okta's
answers stand in each file of tests/answers as sections. Of Entra's transcripts each step is looked at: what a lookup found, and the worst that a
request was answered. An answer that can't come is a row of NEVER, with the reason.
"""
import os
import re
import sys

from transcripts import FOLDER, Transcript

ENTRA = ["entra", "entra-flag", "entra-on-demand", "entra-validator"]
OKTA = ["okta-aiw", "okta-template", "okta-oiw"]
SECTIONS = ["no match", "match", "inactive match", "409", "404", "429", "503"]
ANSWERS = ["2xx", "no match", "match", "inactive match", "409", "404", "429", "5xx"]

BY_ID = "the account is known by its id, nobody is looked up"
CLICK = "as a click it looks up, in a cycle the account is known by its id"
LOOKUP = "a lookup changes nothing, and conflicts with nothing"
GROUP = "groups have no active"
TESTS = "the test looks for a GUID; whoever is found is a complaint"
# event, dialects (None: all), answers, reason
NEVER = [
    ("test-connection", None, {"match", "no match", "inactive match", "409"}, TESTS),
    *[(event, None, {"no match", "match", "inactive match"}, BY_ID)
      for event in ("deactivate", "delete", "soft-delete", "restore", "delete-group", "unassign-group", "add-groups", "remove-groups")],
    ("reactivate", {"entra"}, {"no match", "match"}, BY_ID + "; by the axis reassign it is looked up"),
    ("reactivate", {"entra-flag", "entra-on-demand", "entra-validator"}, {"no match", "match", "inactive match"}, BY_ID),
    ("allow-deletions", None, {"no match", "inactive match"}, "what is staged is known; the match is of who stays"),
    *[(event, {"entra", "entra-flag", "entra-validator"}, {"no match", "match", "inactive match"}, CLICK)
      for event in ("unassign", "add-members", "remove-members")],
    ("update", {"entra", "entra-flag"}, {"match", "inactive match"}, CLICK + "; when it is gone, there is no match"),
    ("update", {"entra-validator"}, {"no match", "match", "inactive match"}, CLICK),
    ("rename-group", {"entra", "entra-flag", "entra-validator"}, {"match"}, "looked up only when it is gone, and then it is not found"),
    ("unassign", {"entra-on-demand"}, {"no match"}, "an account that is gone leaves nothing to do, as after a 404"),
    ("update", {"entra-on-demand"}, {"no match"}, "as an assignment without a match, which has its transcript"),
    *[(event, None, {"inactive match"}, GROUP) for event in ("push-group", "add-members", "remove-members", "rename-group")],
    *[(event, {"entra-on-demand"}, {"no match"}, "as a push without a match, which has its transcript")
      for event in ("add-members", "remove-members")],
    ("set-app-roles", None, {"match", "inactive match"}, "as an assignment with a match, which has its transcript"),
]


def found(sent, reply):
    """What a lookup of somebody has found; None: no such request, or no list."""
    if not sent[0].startswith("GET ") or "filter=" not in sent[0] or "{guid}" in sent[0] or not reply[0].startswith("200"):
        return None
    body = "".join(reply[1:])
    return "no match" if '"totalResults":0' in body else "inactive match" if '"active":false' in body else "match"


def entra_cells(dialect):
    cells = {}
    for name in sorted(os.listdir(FOLDER + "/" + dialect)):
        for event, exchanges in Transcript(FOLDER + "/" + dialect + "/" + name).steps:
            have = cells.setdefault(event.removeprefix("later ").split(" ")[0], set())
            statuses = [reply[0].split(" ")[0] for _, reply in exchanges]
            have.update(status if status in ANSWERS else status[0] + "xx" for status in statuses)
            have.update(filter(None, (found(sent, reply) for sent, reply in exchanges)))
    return {event: have for event, have in cells.items() if os.path.exists("%s/%s/%s.txt" % (FOLDER, dialect, event))}


def never(event, dialect):
    return set().union(*(answers for name, dialects, answers, _ in NEVER if name == event and dialect in (dialects or {dialect})))


def main():
    empty, count, superfluous = [], 0, []
    for dialect in ENTRA:
        for event, have in entra_cells(dialect).items():
            count += len(ANSWERS)
            empty += ["%s, %s: %s" % (dialect, event, answer) for answer in ANSWERS if answer not in have | never(event, dialect)]
            superfluous += ["%s, %s: %s" % (dialect, event, a) for a in ANSWERS if a in have & never(event, dialect)]
    for dialect in OKTA:
        for name in sorted(os.listdir("tests/answers/" + dialect)):
            with open("tests/answers/%s/%s" % (dialect, name), encoding="utf-8") as file:
                have = re.findall(r"^== (.*)$", file.read(), re.M)
            count += len(SECTIONS)
            empty += ["%s, %s: %s" % (dialect, name, section) for section in SECTIONS if section not in have]
    for cell in empty:
        print("no golden transcript for " + cell)
    for cell in superfluous:
        print("there is a transcript of what can't be: " + cell)
    print("%d cells looked at" % count)
    return 1 if empty or superfluous else 0


if __name__ == "__main__":
    sys.exit(main())
