"""That the reader sees what is wrong: a request as it must be, and each with one mistake; and that a closed listener answers nobody, so that
none answers for another. seen.py; TAP on standard output."""
import sys

from cells import answers_of, found
from transcripts import expected_of, same
from wire import Listener, next_request

SENT = ["PATCH /Users/a1 HTTP/1.1", "Accept: application/scim+json", "Authorization: Bearer secret-token",
        "Content-Type: application/scim+json; charset=utf-8", "", '{"schemas":["urn:x"],"Operations":[{"op":"Replace","path":"active","value":"False"}]}']
RIGHT = ("PATCH /Users/a1 HTTP/1.1\r\nHost: 127.0.0.1:7\r\nAccept: application/scim+json\r\nAuthorization: Bearer secret-token\r\n"
         "Content-Type: application/scim+json; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s") % (len(SENT[5]), SENT[5])
# name, text, what stands there instead
MISTAKES = [
    ("another method", "PATCH /", "PUT /"),
    ("another id", "/Users/a1 ", "/Users/a2 "),
    ("an older protocol", "HTTP/1.1", "HTTP/1.0"),
    ("no Host", "Host: 127.0.0.1:7\r\n", ""),
    ("a header more", "Accept: ", "User-Agent: curl/8.0\r\nAccept: "),
    ("a header less", "Accept: application/scim+json\r\n", ""),
    ("a header in lower case", "Accept: ", "accept: "),
    ("two headers in another order", "Accept: application/scim+json\r\nAuthorization: Bearer secret-token", "Authorization: Bearer secret-token\r\nAccept: application/scim+json"),
    ("a media type without the blank", "json; charset", "json;charset"),
    ("another token", "secret-token", "secret-taken"),
    ("Content-Length in between", "Content-Type: application/scim+json; charset=utf-8\r\nContent-Length: %d" % len(SENT[5]),
     "Content-Length: %d\r\nContent-Type: application/scim+json; charset=utf-8" % len(SENT[5])),
    ("an expectation", "Content-Length", "Expect: 100-continue\r\nContent-Length"),
    ("an op in lower case", '"Replace"', '"replace"'),
    ("members of an object in another order", '"op":"Replace","path":"active"', '"path":"active","op":"Replace"'),
]


NOBODY, SOMEBODY = ["200", '{"totalResults":0}'], ["200", '{"totalResults":1,"Resources":[{"active":false}]}']
CELLS = [
    ("nothing was sent", answers_of([]), set()),
    ("a lookup", answers_of([("GET", "200", "no match")]), {"no match"}),
    ("a refused read", answers_of([("GET", "503", "")]), {"503 to a read"}),
    ("the second write", answers_of([("POST", "201", ""), ("PUT", "503", "")]), {"503 to a later request"}),
    ("a read after a write", answers_of([("POST", "201", ""), ("GET", "503", "")]), {"503 to a read", "503 to a later request"}),
    ("a list", {found(["GET /Users?filter=x"], SOMEBODY)}, {"inactive match"}),
    ("the GUID of nobody", {found(["GET /Users?filter=x+{guid}"], NOBODY)}, {None}),
    ("the GUID of nobody finds somebody", {found(["GET /Users?filter=x+{guid}"], SOMEBODY)}, {"match"}),
]


def main():
    expected, failed, number = expected_of(SENT, 7), 0, 0
    for name, text, instead in [("as it must be", "", "")] + MISTAKES:
        changed = RIGHT.replace(text, instead, 1) if text else RIGHT
        assert (changed != RIGHT) == (text != ""), name
        request, _ = next_request(changed.encode())
        seen = same(*expected, request) is not None
        failed += seen != (text != "")
        print("%sok - the reader %s %s" % ("not " if seen != (text != "") else "", "sees" if text else "takes", name))
    for name, fills, cells in CELLS:
        failed += fills != cells
        print("%sok - what counts as a cell: %s%s" % (("not ", name, "\n# %s" % sorted(fills)) if fills != cells else ("", name, "")))
    still = 0
    for _ in range(200):
        listener = Listener(None)
        listener.close()
        still += listener.accepting.is_alive()
    failed += still > 0
    print("%sok - a closed listener accepts no more%s" % (("not ", "\n# %d of 200 did" % still) if still else ("", "")))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
