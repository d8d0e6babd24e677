#!/bin/sh
# Reports one event to Hermes until it is surely logged: agent.sh TYPE KEY
# REPORT_TO is where Hermes is, REPORT_TOKEN its token if it wants one, REPORT_HOST this host if not what the system says.
set -u
: "${REPORT_TO:?is not set}" "${1:?the event type is missing}" "${2:?the key is missing}"
host=${REPORT_HOST:-$(uname -n)}
case "$host$1$2" in *[!A-Za-z0-9._:@/-]*) echo "$host, $1, $2: plain characters only" >&2; exit 64 ;; esac
# made once: every try sends the same, the time too
event=$(printf '{"host":"%s","type":"%s","key":"%s","at":"%s","by":"example-agent"}' \
  "$host" "$1" "$2" "$(date -u +%Y-%m-%dT%H:%M:%SZ)")
wait=1
for try in 1 2 3 4 5 6 7 8 9 10; do
  # the token goes through a pipe, because arguments show in the list of processes
  answer=$(printf '%s\n' "${REPORT_TOKEN:+Authorization: Bearer $REPORT_TOKEN}" |
    curl -sS -i -m 10 -w '\n%{http_code}' -H @- -H 'Content-Type: application/json' -d "$event" \
      "$REPORT_TO/api/v1/events" | tr -d '\r')
  status=$(printf '%s\n' "$answer" | tail -n 1)
  body=$(printf '%s\n' "$answer" | sed -e '1,/^$/d' -e '$d')
  case $status in
    2??)
      printf '%s\n' "$body"
      # the key was taken: what stands in Hermes is not what is said here
      case $body in *'"differs":'*) echo 'logged before, and otherwise: see "differs" in the answer' >&2 ;; esac
      exit 0 ;;
    429 | 5?? | 000) after=$(printf '%s\n' "$answer" | sed -n 's/^[Rr]etry-[Aa]fter: *\([0-9][0-9]*\)$/\1/p') ;;
    *) printf 'refused: %s %s\n' "$status" "$body" >&2; exit 1 ;;
  esac
  [ "$try" -eq 10 ] && break
  # at least as long as was asked for, and not in step with every other host
  pause=$(((${after:-0} > wait ? ${after:-0} : wait) + $(od -An -N1 -tu1 /dev/urandom) % (wait + 1)))
  echo "try $try failed ($status), again in $pause s" >&2
  sleep "$pause"
  wait=$((wait * 2 > 60 ? 60 : wait * 2))
done
echo 'given up: run it again with the same key' >&2
exit 75
