#!/bin/sh
# The published JSON Schema accepts every scenario of the suite and refuses broken ones, as `scimulator lint` does. TAP.
here=$(dirname "$0")
top=$here/../..
schema=$top/scenarios/scenario.schema.json
if ! command -v jsonschema >/dev/null 2>&1; then
    echo "# SKIP scenario schema: jsonschema is not installed (tools/install-deps --test)"
    exit 0
fi
failed=0
files=0
set --
for file in "$top"/scenarios/*/*.json; do
    set -- "$@" -i "$file"
    files=$((files + 1))
done
if output=$(jsonschema "$@" "$schema" 2>&1); then echo "ok - the schema accepts all $files scenario files"; else
    failed=1
    echo "not ok - the schema refuses a scenario file"
    printf '%s\n' "$output" | head -20 | sed 's/^/# /'
fi
for file in "$here"/broken/*.json; do
    if jsonschema -i "$file" "$schema" >/dev/null 2>&1; then
        failed=1
        echo "not ok - the schema accepts ${file#"$top"/}"
    else
        echo "ok - the schema refuses ${file#"$top"/}"
    fi
done
exit $failed
