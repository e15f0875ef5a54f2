# tools/conformance.awk: makes the page, and the list of complaints. See tools/conformance.
# Memory: order[1..n] ids; level, kind, binds, statement by id; places, note by key (id or section); tests[id, i] "file count" in order found.

function complain(what) { print what > complaints }

function section_of(id,  s) { s = id; sub(/-[0-9]+$/, "", s); return s }

# The line of the data that says where an id is kept: its own, its section's, or that of a section above.
function place_of(id,  key) {
    if (places[id] != "" && places[id] != "-")
        return places[id]
    for (key = section_of(id); key != ""; ) {
        if (places[key] != "" && places[key] != "-")
            return places[key]
        if (!sub(/\.[0-9]+$/, "", key))
            break
    }
    return ""
}

function is_test(id, file) {
    if (!((id, file) in times)) {
        times[id, file] = 0
        tests[id, ++test_count[id]] = file
    }
    times[id, file]++
}

function proves(ids, where, file,  list, n, i) {
    n = split(ids, list, /[ \t]+/)
    if (n == 0)
        complain(where " proves nothing")
    for (i = 1; i <= n; i++) {
        if (list[i] == "")
            continue
        if (!(list[i] in level))
            complain(where " names " list[i] ", which is no requirement")
        else
            is_test(list[i], file)
    }
}

# --- reading ---

FNR == 1 { in_covers = 0; pending = "" }

FILENAME == "scenarios/requirements.tsv" {
    if (/^#/ || split($0, part, "\t") != 6)
        next
    order[++n_ids] = part[1]
    level[part[1]] = part[2]; kind[part[1]] = part[3]; binds[part[1]] = part[4]; statement[part[1]] = part[6]
    sections[section_of(part[1])] = 1
    next
}

FILENAME ~ /^tests\/conformance\// {
    if (/^#/ || /^$/)
        next
    fields = split($0, part, "\t")
    if (fields != 3)
        complain(FILENAME ":" FNR " has " fields " fields, not 3")
    else if (!(part[1] in level) && !(part[1] in sections))
        complain(FILENAME ":" FNR " names " part[1] ", which is neither requirement nor section")
    else if (part[1] in places)
        complain(FILENAME ":" FNR " names " part[1] " again")
    places[part[1]] = part[2]; note[part[1]] = part[3]
    count = split(part[2], file, " ")
    for (i = 1; i <= count; i++)
        if (file[i] != "-")
            print file[i], FILENAME ":" FNR > place_list
    next
}

FILENAME == "runner/lint_rules.c" {
    while (match($0, /"RFC[0-9]+-[0-9.]+-[0-9]+"/)) {
        in_lint[substr($0, RSTART + 1, RLENGTH - 2)] = 1
        $0 = substr($0, RSTART + RLENGTH)
    }
    next
}

# Which tables are played is what the units say: by path, or by name in a list of names.
FILENAME ~ /^tests\/unit\// {
    text = $0
    while (match(text, /tests\/tables\/[a-z0-9_]+\.table|"[a-z0-9_]+"/)) {
        name = substr(text, RSTART, RLENGTH)
        if (!sub(/^"/, "tests/tables/", name) || !sub(/"$/, ".table", name))
            name = substr(text, RSTART, RLENGTH)
        played[name] = 1
        text = substr(text, RSTART + RLENGTH)
    }
    if (/^\/\* proves: .* \*\/$/) {
        ids = $0
        sub(/^\/\* proves: /, "", ids); sub(/ \*\/$/, "", ids)
        pending = pending " " ids
    } else if (pending != "") {
        if (/^static void [a-z0-9_]+\(void \*\*state\)/)
            proves(substr(pending, 2), FILENAME ":" FNR, FILENAME)
        else
            complain(FILENAME ":" FNR " is no test, but the line above says it proves something")
        pending = ""
    } else if (/proves: RFC/)
        complain(FILENAME ":" FNR " is not written /* proves: ID ... */ on a line of its own")
    next
}

FILENAME ~ /\.table$/ {
    if (/^proves:/) {
        ids = $0
        sub(/^proves: */, "", ids)
        proves(ids, FILENAME ":" FNR, FILENAME)
        if (!(FILENAME in played) && !unplayed[FILENAME]++)
            complain(FILENAME " is played by no unit test")
    }
    next
}

FILENAME ~ /^scenarios\/.*\.json$/ {
    text = $0
    if (match(text, /"covers": *\[/)) {
        in_covers = 1
        text = substr(text, RSTART)
        sub(/^"covers": *\[/, "", text)
    }
    if (in_covers) {
        end = index(text, "]")
        if (end > 0)
            text = substr(text, 1, end - 1)
        while (match(text, /"RFC[^"]*"/)) {
            proves(substr(text, RSTART + 1, RLENGTH - 2), FILENAME ":" FNR, FILENAME)
            text = substr(text, RSTART + RLENGTH)
        }
        if (end > 0)
            in_covers = 0
    }
    next
}

# --- the page ---

function plain(text) { gsub(/[][<>*_|]/, "\\\\&", text); return text }

# A file as a link; its definition goes to the end of the page.
function link(file,  name) {
    name = file
    sub(/^reference-server\//, "", name)
    sub(/^tests\/tables\//, "", name); sub(/\.table$/, "", name)
    sub(/^tests\/unit\/[^\/]*\//, "", name)
    if (sub(/^scenarios\//, "", name)) {
        sub(/\.json$/, "", name); sub(/\//, ".", name)
    }
    if (!(name in target)) {
        target[name] = file
        linked[++n_linked] = name
    } else if (target[name] != file)
        complain("two files would be called " name " on the page: " file " and " target[name])
    return "[" name "]"
}

function place_links(id,  list, n, i, text) {
    n = split(place_of(id), list, " ")
    for (i = 1; i <= n; i++)
        text = text (i > 1 ? " " : "") link(list[i])
    return text
}

function test_links(id,  i, text, file) {
    for (i = 1; i <= test_count[id]; i++) {
        file = tests[id, i]
        text = text (i > 1 ? ", " : "") link(file) (times[id, file] > 1 ? " ×" times[id, file] : "")
    }
    if (in_lint[id])
        text = text (text == "" ? "" : ", ") link("runner/lint_rules.c")
    return text
}

function told(id,  text, tested) {
    tested = test_links(id)
    if (kind[id] != "obligation") {
        text = kind[id] == "client" ? "client's duty" : kind[id]
        if (note[id] != "")
            text = text ": " plain(note[id])
        return text (tested == "" ? "" : ". " tested)
    }
    return tested (note[id] == "" ? "" : (tested == "" ? "" : ". ") plain(note[id]))
}

function wanted(id) { return prefix == "all" || index(id, prefix) == 1 }

function judge(id) {
    if (!wanted(id))
        return
    if (kind[id] == "obligation" && place_of(id) == "")
        complain(id " has no place in tests/conformance: " statement[id])
    if (kind[id] == "obligation" && test_count[id] == 0)
        complain(id " is proved by no test: " statement[id])
    if ((kind[id] == "permission" || kind[id] == "untestable") && note[id] == "")
        complain(id " (" kind[id] ") has no note in tests/conformance: " statement[id])
}

function count_up(id,  rfc) {
    rfc = substr(id, 4, 4)
    if (!(rfc in rfc_total))
        rfcs[++n_rfcs] = rfc
    rfc_total[rfc]++; by_kind[rfc, kind[id]]++
    if (kind[id] == "obligation" && test_count[id] > 0 && place_of(id) != "")
        proved[rfc]++
}

function head(  i, r, sum_total, k, kinds, n, text) {
    print "# Conformance: RFC 7643, RFC 7644 and RFC 9865, statement by statement\n"
    print "Every statement of the three RFCs that binds a server or a client, where the reference server keeps it, and which tests prove it. `scimulator show ID`"
    print "prints one of them, `scimulator list requirements` all. This page is made by [tools/conformance](../tools/conformance) from"
    print "[scenarios/requirements.tsv](../scenarios/requirements.tsv), [tests/conformance](../tests/conformance) and the ids that tests name;"
    print "`make check` fails when an obligation has no test, or when this page is older than the tests.\n"
    print "- **obligation**: the server must (or should) do it, and it can be seen. Each has at least one test that fails when the server breaks it."
    print "- **permission**: the server may; what the reference server does is said."
    print "- **client's duty**: binds the client; where the mock identity provider keeps it, or the server answers a breach, it is said."
    print "- **untestable**: why, is said.\n"
    print "Tests: tables of cases ([tests/tables](../tests/tables), ×N: cases), unit tests (`test_…`), scenarios (`folder.name`, played by `scimulator run`),"
    print "and `runner/lint_rules.c`, the rules that look at every exchange of every scenario.\n"
    print "| | statements | obligations | of these tested | permissions | client's duties | untestable |\n|---|---|---|---|---|---|---|"
    for (i = 1; i <= n_rfcs; i++) {
        r = rfcs[i]
        printf "| RFC %s | %d | %d | %d | %d | %d | %d |\n", r, rfc_total[r], by_kind[r, "obligation"], proved[r], by_kind[r, "permission"], by_kind[r, "client"], by_kind[r, "untestable"]
        total[1] += rfc_total[r]; total[2] += by_kind[r, "obligation"]; total[3] += proved[r]
        total[4] += by_kind[r, "permission"]; total[5] += by_kind[r, "client"]; total[6] += by_kind[r, "untestable"]
    }
    printf "| all | %d | %d | %d | %d | %d | %d |\n", total[1], total[2], total[3], total[4], total[5], total[6]
}

function heading(id,  s, rfc, number) {
    s = section_of(id)
    if (s == last_section)
        return
    last_section = s
    rfc = substr(s, 4, 4); number = substr(s, 9)
    if (rfc != last_rfc)
        print "\n## RFC " rfc
    last_rfc = rfc
    if (note[s] == "")
        complain("section " s " has no title in tests/conformance")
    print "\n### " rfc " §" number " " note[s] "\n"
    print "| id | level | statement | binds | kept in | proved by |\n|---|---|---|---|---|---|"
}

END {
    for (i = 1; i <= n_ids; i++) {
        judge(order[i])
        count_up(order[i])
    }
    head()
    for (i = 1; i <= n_ids; i++) {
        id = order[i]
        heading(id)
        print "| " id " | " level[id] " | " plain(statement[id]) " | " binds[id] " | " place_links(id) " | " told(id) " |"
    }
    print ""
    for (i = 1; i <= n_linked; i++)
        print "[" linked[i] "]: ../" target[linked[i]]
}
