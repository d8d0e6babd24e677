/**
 * R11: what readers are answered as of a place or an instant is what they were answered by views that were folded only up to there,
 * with the clock at that instant. But for what was redacted since, which is redacted (rule 25).
 */
import fc from 'fast-check';
import {
  createReading,
  presentLabor,
  presentQuest,
  type AskedMoment,
  type FreshnessDemand,
  type HostDossier,
  type LaborQuestion,
  type LaborView,
  type QuestQuestion,
  type QuestView,
  type Reading,
} from '#application';
import {
  CLOCKS_APART_MS,
  positionOf,
  START,
  type CursorKey,
  type DomainEntry,
  type HostFilter,
  type Outcome,
  type Page,
  type Position,
  type StoredEntry,
} from '#contracts';
import type { HostName, Instant, QuestId, TypeName } from '#domain';
import type { Journal, Views } from '#ports';
import { histories, type History } from '#testing';
import { served, tidyUp } from './rig.js';
import { moved, QUESTS, thousandths, viewsOf, written, type Moved } from './testing-past.js';
import { allEntries, upTo } from './testing-replays.js';

afterEach(tidyUp);

const LATER = '2030-01-01T00:00:00.000Z';
/** Of hosts, of which some are aliases at times. */
const NAMES = ['host-0', 'host-1', 'host-2', 'host-3', 'host-4', 'host-5', 'host-1.lan'] as HostName[];
const [web] = NAMES;
const some = '2026-01-01T00:00:20.000Z' as Instant;

const LABORS: readonly LaborQuestion[] = [
  {},
  { state: ['open'] },
  { state: ['completed', 'waived'] },
  { type: ['a-required' as TypeName] },
  { host: [web!] },
  { host: NAMES.slice(2) },
  { formerHost: [web!] },
  { quest: [1 as QuestId, 'none'], state: ['open'] },
  { quest: [2 as QuestId] },
  { acked: true },
  { actor: ['owner', 'creator'] },
  { principal: ['op', 'admin'] },
  { openedSince: some },
  { closedSince: some },
  { stranded: true },
  { stranded: false, state: ['open'] },
  { overdue: true },
  { overdue: false },
  ...['ann', 'bob', 'op', 'c1'].map((user) => ({ for: user })),
];
const QUEST_QUESTIONS: readonly QuestQuestion[] = [
  {},
  { type: ['a-required' as TypeName] },
  { creator: ['ann', 'c1'] },
  { host: [web!] },
];
const HOSTS: readonly HostFilter[] = [
  {},
  { open: true },
  { retired: true },
  { parked: true },
  { host: NAMES.slice(3) },
];

/** As it is answered, without what only says when it was written. */
type Plain = unknown;

class Asked {
  constructor(
    readonly reading: Reading,
    private readonly demand: FreshnessDemand,
    private readonly redacted: ReadonlySet<string>,
  ) {}

  async of<T>(read: (demand: FreshnessDemand) => Promise<Outcome<{ readonly body: T }>>, present: (body: T) => Plain) {
    const answer = await read(this.demand);
    return answer.ok ? silenced(present(answer.value.body), this.redacted) : answer.problem.code;
  }

  /** All pages. */
  async all<T>(
    read: (after: CursorKey | null, demand: FreshnessDemand) => Promise<Outcome<{ readonly body: Page<T> }>>,
    present: (item: T) => Plain,
  ): Promise<Plain> {
    const items: Plain[] = [];
    for (let after: CursorKey | null = null; ;) {
      const answer = await read(after, this.demand);
      if (!answer.ok) return answer.problem.code;
      items.push(...answer.value.body.items.map((item) => silenced(present(item), this.redacted)));
      after = answer.value.body.next;
      if (after === null) return items;
    }
  }
}

/** Rule 25: with what was redacted since, in whichever answer. */
function silenced(value: Plain, redacted: ReadonlySet<string>): Plain {
  if (Array.isArray(value)) return value.map((each) => silenced(each, redacted));
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, field]) => [name, silenced(field, redacted)] as const);
  const all = Object.fromEntries(fields);
  const event = all['event'] ?? ('recordedAt' in all ? all['id'] : undefined);
  if (typeof event !== 'string' || !redacted.has(event)) return all;
  return { ...all, by: null, note: null, redacted: true, ...('data' in all && { data: null, attributes: null }) };
}

/** The first page is short, so that there are others; of those there are not many. */
const pageAfter = (after: CursorKey | null) => ({ limit: after === null ? 2 : 50, count: false, after }) as const;
const MANY = { limit: 1000, count: false } as const;

function laborOf(view: LaborView): Plain {
  expect(view.incomplete).toBeUndefined();
  return presentLabor(view);
}

/** While labors join or hosts leave, a phase depends on when somebody counted (rule 20). */
function questOf(view: QuestView): Plain {
  expect(view.incomplete).toBeUndefined();
  const { state, overdue, completedAt, progress, ...rest } = presentQuest(view);
  return view.adopting || view.removing ? rest : { ...rest, state, overdue, completedAt, progress };
}

function dossierOf({ updatedAt: _, openLabors, quests, ...rest }: HostDossier): Plain {
  return { ...rest, openLabors: openLabors.map(laborOf), quests: quests.map(questOf) };
}

/** Everything that takes `asOf`; `isPast`: by the sorts of the past. */
async function answersOf(
  asked: Asked,
  isPast: boolean,
  ids: { readonly labors: readonly string[]; readonly hosts: readonly string[] },
) {
  const { reading } = asked;
  const byPlace = (items: Plain) => (Array.isArray(items) ? (items as { id: string }[]) : items);
  const labors = (filter: LaborQuestion) =>
    isPast
      ? asked.all(
          (after, demand) => reading.labors(filter, { ...pageAfter(after), sort: 'openedPlace' }, demand),
          laborOf,
        )
      : asked.all((after, demand) => reading.labors(filter, { ...MANY, sort: 'openedAt', after }, demand), laborOf);
  const ofQuest = (quest: QuestId) =>
    asked.all(
      (after, demand) =>
        reading.questLabors(quest, {}, { ...pageAfter(after), sort: isPast ? 'openedPlace' : 'openedAt' }, demand),
      laborOf,
    );
  const answers: Record<string, Plain> = {};
  for (const [n, filter] of LABORS.entries())
    answers[`labors ${n} ${JSON.stringify(filter)}`] = sorted(byPlace(await labors(filter)));
  for (const id of ids.labors) {
    answers[`labor ${id}`] = await asked.of(
      (demand) => reading.labor(id, demand),
      (body) => ({ ...(laborOf(body) as object), next: body.next }),
    );
    answers[`why ${id}`] = await asked.of(
      (demand) => reading.why(id, demand),
      (body) => body,
    );
  }
  for (const quest of QUESTS) {
    answers[`quest ${quest}`] = await asked.of((demand) => reading.quest(quest, demand), questOf);
    answers[`labors of quest ${quest}`] = sorted(await ofQuest(quest));
  }
  for (const [n, filter] of QUEST_QUESTIONS.entries())
    answers[`quests ${n}`] = await asked.all(
      (after, demand) => reading.quests(filter, { ...pageAfter(after), sort: 'target' }, demand),
      questOf,
    );
  for (const [n, filter] of HOSTS.entries())
    answers[`hosts ${n}`] = await asked.all(
      (after, demand) => reading.hosts(filter, { ...pageAfter(after), sort: 'host' }, demand),
      ({ updatedAt: _, ...row }) => row,
    );
  for (const host of ids.hosts)
    answers[`host ${host}`] = await asked.of((demand) => reading.host(host, demand), dossierOf);
  answers['types'] = await asked.all(
    (after, demand) => reading.eventTypes({}, { ...pageAfter(after), sort: 'id' }, demand),
    (type) => type,
  );
  answers['starting'] = await asked.all(
    (after, demand) => reading.eventTypes({ starting: true }, { ...pageAfter(after), sort: 'id' }, demand),
    (type) => type,
  );
  answers['fates'] = await asked.all(
    (after, demand) => reading.fates({ status: ['in-force'] }, { ...pageAfter(after), sort: 'id' }, demand),
    (fate) => fate,
  );
  answers['fate'] = await asked.of(
    (demand) => reading.fate('1', demand),
    (fate) => fate,
  );
  answers['type'] = await asked.of(
    (demand) => reading.eventType('a-required', demand),
    (type) => type,
  );
  answers['stats'] = await asked.of(
    (demand) => (isPast ? reading.pastStats(demand) : reading.stats(demand)),
    ({ totals, openByType, stranded, oldestOpen }) =>
      [totals, openByType, stranded, oldestOpen].map(({ value }) => value),
  );
  return answers;
}

function sorted(items: Plain): Plain {
  if (!Array.isArray(items)) return items;
  return [...(items as { readonly id: string }[])].sort((one, two) => (one.id < two.id ? -1 : 1));
}

async function redactedIn(views: Views): Promise<ReadonlySet<string>> {
  const { items } = await views.reader.events({}, { ...MANY, sort: 'position', after: null });
  return new Set(items.filter(({ redacted }) => redacted !== null).map(({ id }) => id));
}

const readingAt = ({ reader: views }: Views, now: string): Reading =>
  createReading({ views, clock: { nowMs: () => Date.parse(now) }, maxWaitS: 5 });

interface Compared {
  readonly now: Views;
  readonly journal: Journal;
  readonly entries: readonly StoredEntry[];
}

/** `then`: the place that the moment means, and its instant. */
async function expectMoment(
  { now, journal }: Compared,
  asOf: AskedMoment,
  then: { readonly at: Position; readonly now: Instant },
) {
  const views = await viewsOf(upTo(journal, then.at));
  const redacted = await redactedIn(now);
  const rows = await now.reader.labors(await served(now), {}, { ...MANY, sort: 'host', after: null });
  const ids = {
    labors: rows.items.filter((_, n) => n % 4 === 0).map(({ labor }) => labor.id),
    hosts: NAMES,
  };
  const past = await answersOf(new Asked(readingAt(now, LATER), { asOf }, redacted), true, ids);
  const present = await answersOf(new Asked(readingAt(views, then.now), {}, redacted), false, ids);
  expect({ at: then.at, ...past }).toEqual({ at: then.at, ...present });
  await views.close();
}

const BASE_MS = Date.UTC(2026, 0, 1);

/** The n-th entry is recorded a second after the one before it, by a clock that may be ahead. */
function stamped(skews: readonly number[]) {
  return (entry: DomainEntry, n: number): DomainEntry => {
    const ms = BASE_MS + 1000 * n + (skews[n % skews.length] ?? 0);
    return { ...entry, recordedAt: new Date(ms).toISOString() as Instant };
  };
}

async function expectReadings(
  history: History,
  moves: readonly Moved[],
  skews: readonly number[],
  cuts: readonly number[],
) {
  const journal = await written(history, moves, stamped(skews));
  const now = await viewsOf(journal);
  // the first entry is the journal's own
  const entries = (await allEntries(journal)).slice(1);
  for (const cut of cuts) {
    const at = entries[Math.floor(cut * (entries.length - 1))]?.position;
    if (at === undefined) continue;
    const until = entries.filter(({ position }) => position <= at).map(({ recordedAt }) => recordedAt);
    const last = until.sort().at(-1);
    if (last === undefined) continue;
    await expectMoment({ now, journal, entries }, { position: at }, { at, now: last });
    // between two entries, and as of one
    for (const instant of [last, new Date(Date.parse(last) - 400).toISOString() as Instant]) {
      const first = entries.find(({ recordedAt }) => recordedAt > instant);
      const place = first === undefined ? entries.at(-1)?.position : positionOf(first.position - 1n);
      const before = entries.findLast(({ position }) => position <= (place ?? START))?.position;
      if (before !== undefined)
        await expectMoment({ now, journal, entries }, { instant }, { at: before, now: instant });
    }
  }
  await tidyUp();
}

test('R11: of random histories and quests, at random places and instants', async () => {
  await fc.assert(
    fc.asyncProperty(
      histories(50, 10),
      fc.array(moved, { maxLength: 20 }),
      fc.array(fc.nat({ max: CLOCKS_APART_MS }), { minLength: 1, maxLength: 9 }),
      fc.array(thousandths, { minLength: 1, maxLength: 2 }),
      expectReadings,
    ),
    { numRuns: 4, endOnFailure: true },
  );
}, 300_000);
