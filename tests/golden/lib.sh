# Shell functions for tests/golden/*/command: `. "$CASE/../lib.sh"`. Nothing here sleeps: what is waited for is a pipe, a process, or a state that is asked for.

# serve [OPTION...]: a reference server in the background; sets $server, $url, $line, and $scim and $secrets when the line has them.
# It ends with the shell at the latest, since its standard input is a pipe that the shell holds.
serve() {
    mkfifo server.in server.out
    scimulator serve --port 0 --until-eof "$@" <server.in >server.out 3>&- &
    server=$!
    exec 3>server.in
    read -r line <server.out || return 1
    url=$(word url) scim=$(word scim) secrets=$(word secrets)
    rm server.in server.out
}

word() { printf '%s\n' "$line" | tr ' ' '\n' | sed -n "s/^$1=//p"; }

unserve() { exec 3>&-; wait "$server"; }

# A target file for the admin door of that server, whose token is in SCIMULATOR_ADMIN_TOKEN.
admin_target() { printf '{ "name": "a server of ours", "admin": "%s/admin", "adminToken": "${SCIMULATOR_ADMIN_TOKEN}" }\n' "$url" >"$1"; }

# copies COUNT: a folder many/ with as many scenarios of a few steps, for runs that take long enough to be stopped.
copies() {
    mkdir many
    i=0
    while [ $i -lt "$1" ]; do
        i=$((i + 1))
        sed "s/ID/copy-$i/" >many/copy-$i.json <<'END'
{ "id": "many.ID", "title": "Comes and goes", "why": "Many of them make a long run.", "covers": ["K01"], "tags": ["many"], "idp": ["okta-template"],
  "directory": { "users": { "ada": { "givenName": "Ada", "familyName": "Byron", "email": "ada@acme.test" } } },
  "steps": [ { "assign": "ada" }, { "deactivate": "ada" }, { "reactivate": "ada" }, { "deactivate": "ada" } ] }
END
    done
}

# Waits until the organization of a first case has come and gone: then a case has ended and the run goes on. False when the run has ended.
under_way() { # pid of the run
    first=
    while kill -0 "$1" 2>/dev/null; do
        now=$(curl -s -H "Authorization: Bearer $SCIMULATOR_ADMIN_TOKEN" "$url/admin/organizations")
        if [ -z "$first" ]; then
            case $now in *'["'*) first=${now#*\[\"}; first=${first%%\"*} ;; esac
        else
            case $now in *"\"$first\""*) ;; *) return 0 ;; esac
        fi
    done
    return 1
}

# child_of PID: sets $run to it and $child to its child process, as soon as it has one; "" when it has ended, or the system has no list of children.
child_of() {
    run=$1 child=
    list=/proc/$run/task/$run/children
    while [ -z "$child" ] && [ -r "$list" ] && kill -0 "$run" 2>/dev/null; do read -r child _ <"$list" || child=${child%% *}; done
}

# True when there is no such process, or only its remains that nobody has asked for.
gone() { [ -z "$1" ] || ! kill -0 "$1" 2>/dev/null || grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null; }

# Texts that differ from run to run, out of a JSON report.
steady() { sed -e 's/"durationMs": *[0-9]*/"durationMs":0/g' -e 's/"started": *"[^"]*"/"started":""/' -e 's/127\.0\.0\.1:[0-9]*/127.0.0.1:PORT/g'; }

# The outcomes in a JSON report: "passed 3".
outcomes() { grep -o '"outcome":"[a-zA-Z]*"' "$1" | sort | uniq -c | sed 's/ *\([0-9]*\) "outcome":"\(.*\)"/\2 \1/'; }

# authority NAME: a CA in NAME.pem, NAME.key.   certificate NAME CA WHERE: NAME.pem and NAME.key of that CA, for WHERE ("IP:127.0.0.1").
new_key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" 2>/dev/null; }
authority() { new_key "$1" && openssl req -x509 -new -key "$1.key" -days 2 -subj "/CN=$1" -out "$1.pem" 2>/dev/null; }
certificate() {
    new_key "$1" && openssl req -new -key "$1.key" -subj "/O=Test/CN=$1" -out "$1.csr" 2>/dev/null &&
        printf 'subjectAltName=%s\n' "$3" >"$1.ext" &&
        openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days 2 -extfile "$1.ext" -out "$1.pem" 2>/dev/null
}
