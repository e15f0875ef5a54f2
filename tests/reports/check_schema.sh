#!/bin/sh
# The reports against what their readers rely on: docs/report.schema.json and well-formed XML. The golden reports always; with a program, a real run too.
#   tests/reports/check_schema.sh [PROGRAM]
# Prints TAP; exits 1 when something does not fit.
cd "$(dirname "$0")/../.." || exit 2
schema=docs/report.schema.json
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
failed=0

result() { # status name output
    if [ "$1" = 0 ]; then echo "ok - $2"; else failed=1; echo "not ok - $2"; sed 's/^/# /' "$3"; fi
}

follows() { # report
    jsonschema --instance "$1" "$schema" >"$work/out" 2>&1
    result $? "$2 follows $schema" "$work/out"
}

# A report changed so that it breaks the contract must be refused, or the schema says nothing.
refused() { # name sed-expression
    sed "$2" tests/reports/report-exchanges.json >"$work/wrong.json"
    if cmp -s "$work/wrong.json" tests/reports/report-exchanges.json; then
        echo "the change changed nothing" >"$work/out"; result 1 "$1 is refused" "$work/out"
    elif jsonschema --instance "$work/wrong.json" "$schema" >"$work/out" 2>&1; then
        result 1 "$1 is refused" "$work/out"
    else
        result 0 "$1 is refused"
    fi
}

well_formed() { # file name
    xmllint --noout "$1" >"$work/out" 2>&1
    result $? "$2 is well-formed" "$work/out"
}

real_run() { # program
    "$1" run --quiet --idp entra --exchanges --report json="$work/run.json" --report junit="$work/run.xml" --report html="$work/run.html" \
        </dev/null >"$work/out" 2>&1
    [ -s "$work/run.json" ] && [ -s "$work/run.xml" ] && [ -s "$work/run.html" ]
    result $? "a real run writes its reports" "$work/out"
}

[ $# = 0 ] || real_run "$1"

if command -v jsonschema >/dev/null 2>&1; then
    follows tests/reports/report.json "the golden report"
    follows tests/reports/report-exchanges.json "the golden report with exchanges"
    [ $# = 0 ] || follows "$work/run.json" "the report of a real run"
    refused "an unknown outcome" 's/"outcome":"failed"/"outcome":"ok"/'
    refused "an unknown class" 's/"class":"access"/"class":"other"/'
    refused "a missing member" 's/"hint":null,//'
    refused "a duration that is no number" 's/"durationMs": 63770/"durationMs": "63770"/'
    refused "a reply without a status" 's/"status":200,//'
else
    echo "ok - reports follow $schema # SKIP jsonschema is not installed"
fi

if command -v xmllint >/dev/null 2>&1; then
    well_formed tests/reports/junit.xml "the golden JUnit report"
    [ $# = 0 ] || well_formed "$work/run.xml" "the JUnit report of a real run"
else
    echo "ok - JUnit reports are well-formed # SKIP xmllint is not installed"
fi
exit $failed
