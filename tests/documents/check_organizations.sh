#!/bin/sh
# The published JSON Schema of organization documents and `scimulator lint` take and refuse the same ones: the example, what it looks like exported, and the documents of
# tests/tables/organization_policies.table, as far as a mistake is one of shape. Where the pages of the product's documentation are at hand (SCIMULATOR_PAGES names their folder), the
# blocks in them load unchanged. TAP.
#   tests/documents/check_organizations.sh PROGRAM
program=$(realpath "${1:?program}")
cd "$(dirname "$0")/../.." || exit 2
schema=docs/organization.schema.json
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
failed=0

say() { # good? name
    if [ "$1" = 0 ]; then echo "ok - $2"; else failed=1; echo "not ok - $2"; fi
}

"$program" lint docs/organization.example.json > "$work/said" 2>&1
say $? "lint takes the example" || cat "$work/said"
"$program" export docs/organization.example.json > "$work/good-exported.json"
"$program" export "$work/good-exported.json" | cmp -s - "$work/good-exported.json"
say $? "the export of an export is the same"
sed 's#^ *//.*##' docs/organization.example.json > "$work/good-example.json"

# What only somebody who looks at the whole can tell is the program's: patterns, circles, the order of times, names that are there.
awk -v work="$work" '
    function flush() { if (text != "") printf "%s\n", text > (work "/" (pointer == "" ? "good" : beyond ? "beyond" : "bad") "-" line ".json"); text = pointer = ""; beyond = 0 }
    /^== / { flush(); line = NR; beyond = /matches nothing|two mappings|circle|above itself|not there|not invite-only|ends before|more than a century|of a field that nothing|no time/ }
    /^document: / { text = substr($0, 11) }
    /^pointer: / { pointer = $2 }
    END { flush() }' tests/tables/organization_policies.table

count=0
for file in "$work"/*-*.json; do
    name=$(basename "$file")
    count=$((count + 1))
    "$program" lint "$file" > /dev/null 2>&1
    case $name:$? in
    good-*:0 | bad-*:2 | beyond-*:2) ;;
    *) say 1 "lint judges $name (line of tests/tables/organization_policies.table)" ;;
    esac
done
[ $count -gt 50 ]
say $? "lint judges the documents of the table ($count)"

if command -v jsonschema > /dev/null 2>&1; then
    set --
    for file in "$work"/good-*.json "$work"/bad-*.json; do set -- "$@" -i "$file"; done
    jsonschema --output pretty "$@" "$schema" > "$work/output" 2>&1
    for file in "$work"/good-*.json "$work"/bad-*.json; do
        name=$(basename "$file")
        accepted=no
        grep -q "^===\[SUCCESS\]===($file)" "$work/output" && accepted=yes
        case $name:$accepted in
        good-*:yes | bad-*:no) ;;
        *) say 1 "the schema judges $name: accepted: $accepted" ;;
        esac
    done
    grep -q SUCCESS "$work/output"
    say $? "the schema judges them as lint does"
else
    echo "ok - the schema judges them as lint does # SKIP jsonschema is not installed (tools/install-deps --test)"
fi

if [ -n "${SCIMULATOR_PAGES:-}" ]; then
    # Every block of JSON on a page but the two that are records, in one document.
    cat "$SCIMULATOR_PAGES"/* | awk '
        BEGIN { print "{\"name\": \"Pages\", \"workspaces\": {\"department_sales\": {}}" }
        /^```json/ { inside = 1; n = 0; next }
        /^```/ && inside { inside = 0; if (block !~ /"(health_monitoring|audit_logs)"/) { sub(/^[ \n]*\{/, "", block); sub(/\}[ \n]*$/, "", block); print "," block } block = ""; next }
        inside { block = block $0 "\n" }
        END { print "}" }' > "$work/pages.json"
    "$program" lint "$work/pages.json" > "$work/said" 2>&1
    status=$?
    [ $status = 0 ] && grep -q group_hierarchy "$work/pages.json"
    say $? "the blocks of the pages load unchanged" || cat "$work/said"
else
    echo "ok - the blocks of the pages load unchanged # SKIP SCIMULATOR_PAGES does not name their folder"
fi
exit $failed
