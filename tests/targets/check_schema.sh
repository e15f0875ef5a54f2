#!/bin/sh
# The published JSON Schema of target files and `scimulator lint` take the good ones here and refuse the bad ones. TAP.
#   tests/targets/check_schema.sh PROGRAM
program=$(realpath "${1:?program}")
cd "$(dirname "$0")" || exit 2
schema=../../docs/target.schema.json
failed=0
said=$(mktemp)
trap 'rm -f "$said"' EXIT

# wanted: 0 takes it, 1 refuses it
says() { # wanted judge file command...
    wanted=$1 judge=$2 file=$3; shift 3
    words=takes; [ "$wanted" = 0 ] || words=refuses
    output=$("$@" 2>&1); status=$?
    [ $status = 0 ] || status=1
    if [ $status = "$wanted" ]; then echo "ok - $judge $words $file"; else
        failed=1
        echo "not ok - $judge $words $file"
        printf '%s\n' "$output" | head -5 | sed 's/^/# /'
    fi
}

for file in good/*.json; do says 0 lint "$file" "$program" lint "$file"; done
for file in bad/*.json; do says 1 lint "$file" "$program" lint "$file"; done
if command -v jsonschema >/dev/null 2>&1; then
    set --
    for file in good/*.json bad/*.json; do set -- "$@" -i "$file"; done
    # One call: it takes longer to start than to judge.
    jsonschema --output pretty "$@" "$schema" >"$said" 2>&1
    taken() { grep -qF "===[SUCCESS]===($1)===" "$said"; }
    for file in good/*.json; do says 0 "the schema" "$file" taken "$file"; done
    for file in bad/*.json; do says 1 "the schema" "$file" taken "$file"; done
else
    echo "ok - target files follow $schema # SKIP jsonschema is not installed"
fi
exit $failed
