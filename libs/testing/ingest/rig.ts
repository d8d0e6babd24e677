/** Ingest over any journal, with a few event types and fates defined, and views that know the labors they are told. */
import { CatalogueTimeline, createIngest, silentLog, type Caller, type RunningIngest } from '#application';
import {
  DOCUMENTS_VERSION,
  hostStream,
  PARTITION_HASH_VERSION,
  questStream,
  START,
  type EventReport,
  type LaborDocument,
  type Position,
  type StoredEntry,
  type Uuid,
} from '#contracts';
import { FOLD_VERSION, type HostName, type Instant, type QuestId } from '#domain';
import { StoreUnavailable, type Journal, type LaborRow } from '#ports';

export interface IngestRig {
  readonly ingest: RunningIngest;
  readonly timeline: CatalogueTimeline;
  readonly clock: { nowMs(): number; advance(ms: number): void };
  readonly views: {
    /** What the views say of labors, by id. */
    readonly labors: Map<string, LaborDocument['state']>;
    /** How far they are. */
    position: Position;
    /** Away: every call fails. `folding`: there is no generation. */
    state: 'there' | 'away' | 'folding';
    calls: number;
  };
  /** Operator and nobody special. */
  readonly operator: Caller;
  readonly reporter: Caller;
  /** Defines `disk-full` (starting), `disk-cleaned`, and the restricted `power-cut`. */
  define(): Promise<void>;
  host(name: string): Promise<readonly StoredEntry[]>;
  quest(id: number): Promise<readonly StoredEntry[]>;
}

const FIRST_MS = Date.parse('2024-05-01T08:00:00.000Z');

export function ingestRig(journal: Journal, startMs = FIRST_MS, owner: Uuid = crypto.randomUUID()): IngestRig {
  let nowMs = startMs;
  const clock = { nowMs: () => nowMs, advance: (ms: number) => void (nowMs += ms) };
  const timeline = new CatalogueTimeline(journal);
  const views: IngestRig['views'] = { labors: new Map(), position: START, state: 'there', calls: 0 };
  const ask = () => {
    views.calls += 1;
    if (views.state === 'away') throw new StoreUnavailable('views', 'by plan');
  };
  const ingest = createIngest({
    ...{ journal, timeline, clock, log: silentLog },
    owner,
    monotonicMs: clock.nowMs,
    views: {
      freshness: async () => {
        ask();
        return views.state === 'folding' ? undefined : freshness(views.position, nowMs);
      },
      laborsById: async (_generation, ids) => {
        ask();
        return ids.flatMap((id) => {
          const state = views.labors.get(id);
          return state === undefined ? [] : [{ labor: { id, state }, parked: false } as unknown as LaborRow];
        });
      },
    },
  });
  const operator: Caller = { name: 'ann', mayReportRestricted: true };
  return {
    ...{ ingest, timeline, clock, views, operator },
    reporter: { name: 'agent', mayReportRestricted: false },
    async define() {
      const types = [
        { category: 'disk', state: 'full', description: null, restricted: false },
        { category: 'disk', state: 'cleaned', description: null, restricted: false },
        { category: 'power', state: 'cut', description: null, restricted: true },
      ];
      await must(ingest.defineEventTypes(types, operator));
      const fate = { intermediate: false, follows: null, onRepeat: 'open', name: null, description: null, actors: [] };
      await must(
        ingest.defineFates(
          [
            { ...fate, onRepeat: 'open', creates: 'disk-full', completedBy: 'disk-cleaned' },
            { ...fate, onRepeat: 'open', creates: 'power-cut', completedBy: 'disk-cleaned' },
          ],
          operator,
        ),
      );
    },
    host: (name) => wholeStream(journal, hostStream(name as HostName)),
    quest: (id) => wholeStream(journal, questStream(id as QuestId)),
  };
}

/** A parsed report of a `disk-full` on the host. */
export function report(host: string, more: Partial<Omit<EventReport, 'host'>> = {}): EventReport {
  return {
    host: host as HostName,
    type: 'disk-full',
    ...{ key: null, at: null, by: null, note: null, attributes: null, path: '' },
    ...more,
  };
}

async function must(answer: Promise<{ readonly ok: boolean }>): Promise<void> {
  const outcome = await answer;
  if (!outcome.ok) throw new Error(JSON.stringify(outcome));
}

async function wholeStream(journal: Journal, stream: string): Promise<readonly StoredEntry[]> {
  const entries: StoredEntry[] = [];
  for (;;) {
    const limit = journal.maxReadEntries;
    const [page = []] = await journal.read([{ stream, direction: 'forwards', from: entries.length, limit }]);
    entries.push(...page);
    if (page.length < limit) return entries;
  }
}

function freshness(position: Position, heardAtMs: number) {
  const createdAt = '2024-05-01T08:00:00.000Z' as Instant;
  return {
    generation: {
      ...{ number: 1, documentsVersion: DOCUMENTS_VERSION, foldVersion: FOLD_VERSION, partitions: 1 },
      ...{ hashVersion: PARTITION_HASH_VERSION, state: 'ready' as const, createdAt },
    },
    progress: [{ partition: 0, position, entryId: null, number: null, heardAtMs }],
  };
}
