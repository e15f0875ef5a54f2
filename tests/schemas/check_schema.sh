#!/bin/sh
# docs/schemas.schema.json says what the server says: it accepts the schema files that tests/tables/schema_files.table has as good, and refuses those whose
# shape is wrong. What goes with what (a name that is taken, a type that cannot be unique) is the server's to tell. TAP.
cd "$(dirname "$0")/../.." || exit 2
schema=docs/schemas.schema.json
if ! command -v jsonschema >/dev/null 2>&1; then
    echo "# SKIP schema files: jsonschema is not installed (tools/install-deps --test)"
    exit 0
fi
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

# One file a case, without its comments: good-<line>.json, or bad-<line>.json when what it says is about the shape.
awk -v work="$work" '
    function flush() {
        if (kind != "" && text !~ /\/[\/*]/) printf "%s\n", text > (work "/" kind "-" line ".json")
        kind = text = ""
    }
    function judge(words) {
        if (words ~ /no member|must be a list|must be true or false|none that SCIM knows|must be a text|must be an object|not the name of an attribute/) kind = "bad"
    }
    /^== / { flush(); line = NR; field = "" }
    /^[a-z]+:/ { field = $1; value = substr($0, length(field) + 2) }
    /^  / { value = substr($0, 3) }
    /^second:/ { skip = line }
    field == "file:" && /^(file:|  )/ { text = text value }
    field == "types:" && skip != line { kind = "good" }
    field == "says:" && skip != line { judge(value) }
    END { flush() }' tests/tables/schema_files.table
for file in docs/device.schemas.json tests/tables/schemas/*.json; do
    sed 's#^ *//.*##' "$file" > "$work/good-$(basename "$file")"
done

set --
for file in "$work"/*.json; do set -- "$@" -i "$file"; done
jsonschema --output pretty "$@" "$schema" > "$work/output" 2>&1
failed=0
count=0
for file in "$work"/*.json; do
    name=$(basename "$file")
    accepted=no
    grep -q "^===\[SUCCESS\]===($work/$name)" "$work/output" && accepted=yes
    count=$((count + 1))
    case $name:$accepted in
    good-*:yes | bad-*:no) ;;
    *)
        failed=1
        echo "# $name, of that line of tests/tables/schema_files.table: accepted: $accepted"
        ;;
    esac
done
[ "$count" -gt 80 ] || { failed=1; echo "# only $count schema files were found"; }
[ "$failed" -eq 0 ] && echo "ok - the JSON Schema judges $count schema files as the server does" || echo "not ok - the JSON Schema judges schema files otherwise"
exit $failed
