#!/usr/bin/env python3
"""Reports one event to Hermes until it is surely logged: agent.py TYPE KEY

REPORT_TO is where Hermes is, REPORT_TOKEN its token if it wants one, REPORT_HOST this host if not what the system says.
"""
import http.client, json, os, random, socket, sys, time, urllib.error, urllib.request
from datetime import datetime, timezone

if len(sys.argv) != 3 or "REPORT_TO" not in os.environ:
    sys.exit("agent.py TYPE KEY, with REPORT_TO in the environment")
_, event_type, key = sys.argv
host = os.environ.get("REPORT_HOST") or socket.gethostname()
# made once: every try sends the same, the time too
at = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
event = {"host": host, "type": event_type, "key": key, "at": at, "by": "example-agent"}
headers = {"Content-Type": "application/json"}
if os.environ.get("REPORT_TOKEN"):
    headers["Authorization"] = "Bearer " + os.environ["REPORT_TOKEN"]
request = urllib.request.Request(os.environ["REPORT_TO"] + "/api/v1/events", json.dumps(event).encode(), headers)

wait = 1
for nth in range(1, 11):
    after = "0"
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read().decode()
        differs = json.loads(text)["events"][0].get("differs")
        print(text)
        # the key was taken: what stands in Hermes is not what is said here
        if differs:
            print(f"logged before, and otherwise: {', '.join(differs)}", file=sys.stderr)
        sys.exit(0)
    except urllib.error.HTTPError as refusal:
        if refusal.code != 429 and refusal.code < 500:
            sys.exit(f"refused: {refusal.code} {refusal.read().decode()}")
        trouble, after = refusal.code, refusal.headers.get("Retry-After", "0")
    except (OSError, http.client.HTTPException, ValueError, LookupError) as failure:
        trouble = failure
    if nth == 10:
        break
    # at least as long as was asked for, and not in step with every other host
    pause = max(wait, int(after) if after.isdigit() else 0) + random.uniform(0, wait)
    print(f"try {nth} failed ({trouble}), again in {pause:.1f} s", file=sys.stderr, flush=True)
    time.sleep(pause)
    wait = min(wait * 2, 60)
print("given up: run it again with the same key", file=sys.stderr)
sys.exit(75)
