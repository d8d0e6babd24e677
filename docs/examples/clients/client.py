"""A client in Python, over the package that openapi-python-client makes of Hermes' API document: see docs/clients.md."""

import os
from datetime import datetime, timezone
from typing import TypeVar

from hermes_client import AuthenticatedClient
from hermes_client.api.event_types import define_event_types
from hermes_client.api.events import get_event, log_events
from hermes_client.api.fates import define_fates
from hermes_client.api.labors import acknowledge_labor, get_labor, list_labors, waive_labors
from hermes_client.api.quests import embark_quest, get_quest
from hermes_client.models import (
    AckRequest,
    AttributesGiven,
    EventRequest,
    EventTypeRequest,
    Fate,
    FateRequest,
    LaborRefused,
    LaborResults,
    LaborState,
    LoggedEvents,
    Problem,
    QuestRequest,
    ReferenceByKey,
    TypePair,
    WaiveManyRequest,
)
from hermes_client.types import UNSET

hermes = AuthenticatedClient(base_url=os.environ["HERMES_URL"], token=os.environ["HERMES_TOKEN"])

T = TypeVar("T")


def must(answer: T | Problem | None) -> T:
    """The answer, or an error that says why there is none."""
    if answer is None:
        raise RuntimeError("nothing was answered")
    if isinstance(answer, Problem):
        raise RuntimeError(f"{answer.code}: {answer.detail}")
    return answer


def second(instant: datetime) -> str:
    return instant.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def log(body: EventRequest | list[EventRequest]) -> LoggedEvents:
    answer = must(log_events.sync(client=hermes, body=body))
    if not isinstance(answer, LoggedEvents):
        raise RuntimeError("this is the answer to NDJSON")
    return answer


def ids(logged: LoggedEvents) -> str:
    return ", ".join(event.id for event in logged.events)


types = must(
    define_event_types.sync(
        client=hermes,
        body=[EventTypeRequest(category="disk", state="full"), EventTypeRequest(category="disk", state="cleaned")],
    )
)
if isinstance(types, list):
    print("event types:", ", ".join(each.name for each in types))

fate = must(
    define_fates.sync(
        client=hermes, body=FateRequest(creates="disk-full", completed_by=TypePair(category="disk", state="cleaned"))
    )
)
if isinstance(fate, Fate):
    print(f"fate {fate.id}: {fate.creates} until {fate.completed_by}")

attributes = AttributesGiven()
attributes["disk"] = "/var"
attributes["percent"] = 97
attributes["urgent"] = True
one = log(
    EventRequest(
        host="web-1.example.com",
        type_=TypePair(category="disk", state="full"),
        at=datetime(2026, 1, 31, 12, tzinfo=timezone.utc),
        attributes=attributes,
    )
)
print(f"logged {ids(one)}: accepted {one.accepted}")
two = log(
    [
        EventRequest(host="web-2.example.com", type_="disk-full", key="disk-full-1"),
        EventRequest(host="web-3.example.com", type_="disk-full", key="disk-full-1"),
    ]
)
print(f"logged {ids(two)}: accepted {two.accepted}")
again = log(EventRequest(host="web-2.example.com", type_="disk-full", key="disk-full-1", note="still full"))
for event in again.events:
    print(f"repeated {event.id}: duplicates {again.duplicates}, differs in {', '.join(event.differs or [])}")

shown = must(get_event.sync("web-1.example.com~0", client=hermes, hermes_min_position=again.position))
print(f"{shown.id} happened at {second(shown.at)}")

hosts = ["web-1.example.com", "web-2.example.com", "web-3.example.com"]
page = must(list_labors.sync(client=hermes, host=hosts, limit=2, count=True, hermes_min_position=again.position))
following = must(list_labors.sync(client=hermes, host=hosts, limit=2, cursor=page.next_ or UNSET))
print(f"open labors: {len(page.items)} of {page.total}, then {len(following.items)}")

first, second_labor = "web-1.example.com~0", "web-2.example.com~0"
must(acknowledge_labor.sync(first, client=hermes, body=AckRequest(note="on it")))
print(f"acknowledged {first}")
waived = must(
    waive_labors.sync(
        client=hermes, body=WaiveManyRequest(labors=[second_labor, "web-9.example.com~0"], reason="replaced")
    )
)
if not isinstance(waived, LaborResults):
    raise RuntimeError("this is the answer to a filter")
for result in waived.results:
    if isinstance(result, LaborRefused):
        print(f"not waived {result.id}: {result.code}")
    else:
        print(f"waived {result.id}")

embarked = must(
    embark_quest.sync(
        client=hermes,
        idempotency_key="clean-the-disks",
        body=QuestRequest(
            type_="disk-full",
            hosts=["web-4.example.com", "web-5.example.com"],
            description="Clean the disks",
            target=datetime(2100, 1, 31, 12, tzinfo=timezone.utc),
            references=[ReferenceByKey(label="Jira", key="OPS-7")],
        ),
    )
)
quest = must(get_quest.sync(embarked.id, client=hermes, hermes_min_position=embarked.position))
due = "never" if quest.target is None else second(quest.target)
done = quest.progress.labors - quest.progress.open_
print(f"quest {quest.id} has {embarked.hosts} hosts, due {due}: {done} of {quest.progress.labors} labors done")

refused = embark_quest.sync(client=hermes, body=QuestRequest(type_="disk-full", hosts=["-"], description="none"))
if not isinstance(refused, Problem):
    raise RuntimeError("a host without a name was taken")
print(f"{refused.status} {refused.code}: {', '.join(fault.path for fault in refused.errors or [])}")

unknown = get_labor.sync("web-9.example.com~0", client=hermes)
if not isinstance(unknown, Problem):
    raise RuntimeError("there is such a labor")
print(f"{unknown.status} {unknown.code}")
