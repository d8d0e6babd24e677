/** What would advance something on a host now: judging is asked, with the host as the views have it and the present catalogue (P8). */
import { inTurns, type HostDocument, type Steps } from '#contracts';
import { advancingTypes, nextEvent, type Catalogue, type NextEvent, type OpenLabor } from '#domain';

/** At most this many event types are shown, and no more once this many labors are named. */
const MAX_TYPES = 100;
const MAX_LABORS_NAMED = 10_000;

/** The event types that would close one of `open`, with all that each would do on the host. In turns with other requests. */
export function nextOn(
  host: Pick<HostDocument, 'host' | 'state'>,
  catalogue: Catalogue,
  open: readonly Pick<OpenLabor, 'type'>[] = host.state.open,
): Promise<readonly NextEvent[]> {
  return inTurns(nextSteps(host, catalogue, open));
}

function* nextSteps(
  { host, state }: Pick<HostDocument, 'host' | 'state'>,
  catalogue: Catalogue,
  open: readonly Pick<OpenLabor, 'type'>[],
): Steps<readonly NextEvent[]> {
  const next: NextEvent[] = [];
  let named = 0;
  for (const type of advancingTypes(catalogue, open)) {
    if (next.length >= MAX_TYPES || named >= MAX_LABORS_NAMED) break;
    const event = nextEvent(host, state, catalogue, type);
    next.push(event);
    named += event.closes.length + event.follows.length;
    yield;
  }
  return next;
}
