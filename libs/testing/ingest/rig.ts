/** Ingest over any journal, with a few event types and fates defined, and views that know the labors given to them. */
import {
  CatalogueTimeline,
  NamesTimeline,
  createIngest,
  silentLog,
  type Caller,
  type IngestParts,
  type RunningIngest,
} from '#application';
import {
  decodeHostEntry,
  decodeQuestEntry,
  DOCUMENTS_VERSION,
  hostPasses,
  hostStream,
  isUnfinished,
  PARTITION_HASH_VERSION,
  positionOf,
  questStream,
  START,
  type EventDocument,
  type EventReport,
  type HostDocument,
  type HostQuery,
  type LaborDocument,
  type Position,
  type QuestDocument,
  type QuestRecord,
  type StoredEntry,
  type Uuid,
} from '#contracts';
import {
  emptyCatalogue,
  evolveQuest,
  FOLD_VERSION,
  judge,
  newHost,
  type HostName,
  type HostState,
  type Instant,
  type QuestId,
} from '#domain';
import { StoreUnavailable, type EventEffects, type HostRow, type Journal, type LaborRow } from '#ports';

export interface IngestRig {
  readonly ingest: RunningIngest;
  readonly timeline: CatalogueTimeline;
  readonly names: NamesTimeline;
  readonly clock: { nowMs(): number; advance(ms: number): void };
  readonly views: {
    /** What the views say of labors, by id. */
    readonly labors: Map<string, LaborDocument['state']>;
    /** The open labors that lists show. */
    readonly open: Pick<LaborDocument, 'id' | 'type' | 'quest'>[];
    /** Parked hosts, each with the revision that could not be judged. */
    readonly parked: Map<string, number>;
    /** What they have of hosts; of others nothing. */
    readonly states: Map<HostName, HostState>;
    /** Hosts that are behind. */
    readonly behind: Set<HostName>;
    /** What events did; of others nothing is judged. */
    readonly effects: Map<string, EventEffects>;
    /** Events that they show as redacted. */
    readonly redacted: Set<string>;
    /** How far they are; up to date where undefined. */
    position: Position | undefined;
    /** Away: every call fails. `folding`: there is no generation. */
    state: 'there' | 'away' | 'folding';
    calls: number;
    /** Whose questions about labors were asked, and the most labors or hosts that one of them named. */
    readonly holders: Set<string>;
    mostNamed: number;
    /** The quests that they show are those of the journal up to here; all of it where undefined. */
    questsUpTo: Position | undefined;
    /** Calls that listed quests. */
    questPages: number;
  };
  /** Operator and nobody special. */
  readonly operator: Caller;
  readonly reporter: Caller;
  /** Defines `disk-full` (starting), `disk-cleaned`, and the restricted `power-cut`. */
  define(): Promise<void>;
  host(name: string): Promise<readonly StoredEntry[]>;
  /** From now on the views have the hosts as the journal has them, under an empty catalogue. */
  show(...names: readonly string[]): Promise<void>;
  quest(id: number): Promise<readonly StoredEntry[]>;
}

const NOTHING_DONE = { applied: -1, parked: false, opened: [], closed: [], absorbed: [], perhapsAbsorbed: [] };
/** Beyond every entry. */
const UP_TO_DATE = positionOf(2n ** 62n);
const FIRST_MS = Date.parse('2024-05-01T08:00:00.000Z');

export function ingestRig(
  journal: Journal,
  startMs = FIRST_MS,
  owner: Uuid = crypto.randomUUID(),
  more: Pick<IngestParts, 'origin' | 'refusal'> = {},
): IngestRig {
  let nowMs = startMs;
  const clock = { nowMs: () => nowMs, advance: (ms: number) => void (nowMs += ms) };
  const timeline = new CatalogueTimeline(journal);
  const names = new NamesTimeline(journal, clock.nowMs);
  const views: IngestRig['views'] = {
    ...{
      labors: new Map(),
      open: [],
      parked: new Map(),
      states: new Map(),
      behind: new Set(),
      effects: new Map(),
      redacted: new Set(),
      position: undefined,
      state: 'there',
      calls: 0,
    },
    ...{ questsUpTo: undefined, questPages: 0, holders: new Set(), mostNamed: 0 },
  };
  const ask = (named: readonly unknown[] = []) => {
    views.calls += 1;
    views.mostNamed = Math.max(views.mostNamed, named.length);
    if (views.state === 'away') throw new StoreUnavailable('views', 'by plan');
  };
  const questions: ReturnType<IngestParts['views']['for']> = {
    hosts: async (_generation, { host, parked, retired, query }, { limit, after }) => {
      ask(host);
      const rows = [...new Set(host ?? ([...views.states.keys(), ...views.parked.keys()] as HostName[]))]
        .filter((each) => views.parked.has(each) || views.states.has(each))
        .filter((each) => query === undefined || isSelected(each, views.states.get(each) ?? newHost, query))
        .map((each) => hostRow(each, views.states.get(each), views.parked.get(each)))
        .filter((row) => parked === undefined || parked === (row.parked !== null))
        .filter((row) => retired === undefined || retired === (row.retired !== null))
        .sort((one, other) => (one.host < other.host ? -1 : 1))
        .filter((row) => after === null || row.host > (after[0] ?? ''));
      const items = rows.slice(0, limit);
      return { items, next: rows.length > limit ? [items.at(-1)?.host ?? ''] : null };
    },
    questsBehind: async () => false,
    host: async (_generation, host) => {
      ask([host]);
      const state = views.states.get(host);
      return state && ({ host, state } as HostDocument);
    },
    behindAmong: async (_generation, { hosts }) => {
      ask(hosts);
      const behind = {
        state: 'behind',
        position: views.position ?? START,
        since: '2026-01-01T00:00:00.000Z' as Instant,
      } as const;
      return hosts.filter((host) => views.behind.has(host)).map((host) => ({ host, behind }));
    },
    hostsBehind: async () => {
      ask();
      return views.behind.size;
    },
    events: async ({ type, afterPosition = START }, { limit }) => {
      ask();
      const events = await eventsIn(journal);
      const items = events.filter((event) => type?.includes(event.type) !== false && event.position > afterPosition);
      return { items: items.slice(0, limit), next: null };
    },
    quests: async (_generation, { type }, { limit }) => {
      ask();
      const quests = await questsIn(journal, views.questsUpTo);
      const items = quests.filter(({ record }) => type === undefined || type.some((of) => of === record?.state?.type));
      return { items: items.slice(0, limit), next: null };
    },
    labors: async (_generation, { type, state }, { limit, after }) => {
      ask();
      // labors that only have a state, where one is asked for, and what lists show
      const known = [...views.labors].filter(([, its]) => state?.includes(its)).map(([id]) => ({ id }));
      const shown = views.open.filter((labor) => type?.includes(labor.type) !== false);
      const open = state?.includes('open') === false ? [] : shown;
      const rows = [...known.sort((one, other) => (one.id < other.id ? -1 : 1)), ...open];
      const left = rows.filter(({ id }) => after === null || id > (after[0] ?? ''));
      const items = left.slice(0, limit).map((labor) => ({ labor: labor as LaborDocument, parked: false }));
      return { items, next: left.length > limit ? [items.at(-1)?.labor.id ?? ''] : null, total: rows.length };
    },
    effects: async (_generation, ids) => {
      ask(ids);
      return ids.map((event) => views.effects.get(event) ?? { ...NOTHING_DONE, event });
    },
    event: async (id) => {
      ask([id]);
      return views.redacted.has(id) ? ({ id, redacted: {} } as unknown as EventDocument) : undefined;
    },
    laborsById: async (_generation, ids) => {
      ask(ids);
      return ids.flatMap((id) => {
        const state = views.labors.get(id);
        return state === undefined ? [] : [{ labor: { id, state }, parked: false } as unknown as LaborRow];
      });
    },
  };
  const ingest = createIngest({
    ...{ journal, timeline, names, clock, log: silentLog, ...more },
    owner,
    monotonicMs: clock.nowMs,
    views: {
      freshness: async () => {
        ask();
        return views.state === 'folding' ? undefined : freshness(views.position ?? UP_TO_DATE, nowMs);
      },
      unfinishedQuests: async (_generation, after, limit) => {
        ask();
        views.questPages += 1;
        const quests = await questsIn(journal, views.questsUpTo);
        return quests
          .filter(({ quest, record }) => quest > (after ?? 0) && record !== null && isUnfinished(record))
          .slice(0, limit);
      },
      for: (holder) => {
        views.holders.add(holder);
        return questions;
      },
    },
  });
  const operator: Caller = { principal: 'ann', mayReportRestricted: true };
  return {
    ...{ ingest, timeline, names, clock, views, operator },
    reporter: { principal: 'agent', mayReportRestricted: false },
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
    async show(...names) {
      for (const name of names as readonly HostName[]) {
        const entries = await wholeStream(journal, hostStream(name));
        let state = newHost;
        for (const stored of entries) {
          const decoded = decodeHostEntry(stored);
          if (!decoded.ok) throw new Error(decoded.reason);
          ({ state } = judge(state, decoded.entry, { revision: stored.revision, catalogue: emptyCatalogue }));
        }
        views.states.set(name, state);
      }
    },
    quest: (id) => wholeStream(journal, questStream(id as QuestId)),
  };
}

function hostRow(host: HostName, state = newHost, revision: number | undefined): HostRow {
  const parked = revision === undefined ? null : { state: 'parked', revision };
  const { attributes, retired, inventories } = state;
  return { host, attributes, retired, inventories, parked } as unknown as HostRow;
}

/** A parsed report of a `disk-full` on the host. */
export function report(host: string, more: Partial<Omit<EventReport, 'host'>> = {}): EventReport {
  return {
    host: host as HostName,
    type: 'disk-full',
    ...{ key: null, at: null, by: null, note: null, attributes: null, data: null, path: '' },
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
    if (page.length === 0) return entries;
  }
}

/** As the list of events has them, oldest first, as far as lists are asked for. */
async function eventsIn(journal: Journal): Promise<readonly EventDocument[]> {
  const events: EventDocument[] = [];
  for (let after = START; ;) {
    const page = await journal.readAll(after, journal.maxReadEntries);
    for (const stored of page) {
      const decoded = stored.stream.startsWith('host-') ? decodeHostEntry(stored) : undefined;
      if (decoded?.ok !== true || decoded.entry.kind !== 'EventLogged') continue;
      const { revision, position } = stored;
      const id = `${decoded.entry.host}~${revision}` as EventDocument['id'];
      events.push({ ...decoded.entry, id, revision, position } as unknown as EventDocument);
    }
    after = page.at(-1)?.position ?? after;
    if (page.length === 0) return events;
  }
}

/** As a projector writes them that has not counted yet, by number. */
async function questsIn(journal: Journal, upTo: Position | undefined): Promise<readonly QuestDocument[]> {
  const records = new Map<QuestId, QuestRecord>();
  let after = START;
  for (;;) {
    const page = await journal.readAll(after, journal.maxReadEntries);
    for (const stored of page) {
      if (upTo !== undefined && stored.position > upTo) break;
      if (!stored.stream.startsWith('quest-')) continue;
      const quest = Number(stored.stream.slice('quest-'.length)) as QuestId;
      const { revision, position } = stored;
      const decoded = decodeQuestEntry(stored);
      const before = records.get(quest)?.state ?? null;
      const state = decoded.ok ? evolveQuest(before, decoded.entry) : before;
      records.set(quest, { quest, state, revision, position, parked: null });
    }
    after = page.at(-1)?.position ?? after;
    if (page.length === 0) break;
  }
  const accepted = [...records.values()].filter(({ state }) => state !== null && state.embarkedAt !== null);
  return accepted
    .sort((one, other) => one.quest - other.quest)
    .map((record) => ({ quest: record.quest, record, recount: null, mark: record.position, touches: 0 }));
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

function isSelected(host: HostName, state: HostState, query: HostQuery): boolean {
  return hostPasses({ host, state, parked: null, lastEvent: null }, { query }, () => false);
}
