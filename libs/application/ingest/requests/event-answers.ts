/**
 * How the answer to a request of events is kept: where each event stands, and what of its repeat differed. The rest is in the
 * request. It has some 30 bytes for each event, so that the largest request's has its place in any journal's state (1 MB).
 */
import { mapInTurns, type ComparedField, type EventReport, type Position } from '#contracts';
import { eventId, typeName, type Revision, type TypeName } from '#domain';
import type { LoggedEvent, LoggedEvents } from '../ingest.js';
import { keptPosition, type Answers } from './answers.js';
import { keyedReports, useOf, type KeyedCaller } from './event-keys.js';

/** Its revision, the place of its position among those of the answer, and of a repeat also its differences. */
type KeptEvent = readonly [revision: Revision, position: number, differs?: readonly ComparedField[]];

interface Kept {
  /** Of the key, which is in the events' own keys. */
  readonly use: string;
  readonly position: string;
  /** The position whose names the request saw; absent in answers of before there were names. */
  readonly since?: string;
  /** Each once: all events of a host have the same. */
  readonly positions: readonly string[];
  readonly events: readonly KeptEvent[];
}

/** Finds the hosts' own names, as they were at a position. */
interface OwnReports {
  reports(reports: readonly EventReport[], at: { readonly since: Position }): Promise<readonly EventReport[]>;
}

/** `reports`: as `caller` sent them. */
export function eventAnswers(
  reports: readonly EventReport[],
  caller: KeyedCaller,
  own: OwnReports,
): Answers<LoggedEvents> {
  return {
    async pack({ position, events }, request): Promise<Kept> {
      const places = new Map<Position, number>();
      const kept = await mapInTurns(events, (event): KeptEvent => {
        const place = places.get(event.position) ?? places.size;
        places.set(event.position, place);
        return event.duplicate ? [event.revision, place, event.differs] : [event.revision, place];
      });
      return {
        use: useOf(request),
        position: String(position),
        ...(request.since === undefined ? {} : { since: String(request.since) }),
        positions: [...places.keys()].map(String),
        events: kept,
      };
    },
    async unpack(answer) {
      const { use, position, since, positions, events: kept } = answer as Kept;
      const places = positions.map(keptPosition);
      let duplicates = 0;
      let differing = 0;
      let newHosts = 0;
      const meant = since === undefined ? reports : await own.reports(reports, { since: keptPosition(since) });
      const events = await mapInTurns(await keyedReports(meant, caller, use), (report, index) => {
        const event = eventOf(report, kept[index], places);
        if (event.duplicate) duplicates += 1;
        if (event.differs.length > 0) differing += 1;
        if (event.newHost) newHosts += 1;
        return event;
      });
      const counts = { accepted: events.length - duplicates, duplicates, differing, newHosts };
      return { position: keptPosition(position), ...counts, events };
    },
  };
}

function eventOf(
  { host, type, key }: EventReport,
  kept: KeptEvent | undefined,
  positions: readonly Position[],
): LoggedEvent {
  const position = positions[kept?.[1] ?? -1];
  if (kept === undefined || position === undefined)
    throw new TypeError('a kept answer has fewer events than its request');
  const [revision, , differs = []] = kept;
  const duplicate = kept.length > 2;
  const name = typeof type === 'string' ? (type as TypeName) : typeName(type.category, type.state);
  return {
    ...{ id: eventId(host, revision), key, host, type: name, revision, position },
    ...{ duplicate, differs, newHost: revision === 0 && !duplicate },
  };
}
