/** R10: what would be otherwise under other fates is what the simple model says of the same entries under the changed catalogue. */
import fc from 'fast-check';
import { atOnce, inTurns, partitionOf, START } from '#contracts';
import { CatalogueTimeline, judgeWhatIf, SupposedTimeline, type LaborDifference, type SeenLabor } from '#application';
import { suppose, type CatalogueEntry, type FateDefinition, type HostState, type Supposition } from '#domain';
import {
  createMemoryJournal,
  crowdedHistories,
  histories,
  modelOf,
  type History,
  type HistoryStep,
  type PlainLabor,
} from '#testing';
import { appendHistory } from './rig.js';
import { allEntries } from './testing-replays.js';

/** The steps as they would be: what is supposed is said where it begins, and what is retired is retired again after whatever is said of it. */
function supposedHistory({ steps }: History, { entries, retired }: Supposition, from: number): History {
  const own = entries.map((entry): HistoryStep => ({ kind: 'catalogue', entry }));
  const changed: HistoryStep[] = [];
  for (const [index, step] of steps.entries()) {
    if (index === from) changed.push(...own);
    changed.push(step);
    if (index < from || step.kind !== 'catalogue' || !retired.includes(step.entry.id as never)) continue;
    changed.push(...own.filter(({ entry }) => isRetirementOf(entry as CatalogueEntry, step.entry.id)));
  }
  return { steps: from >= steps.length ? [...changed, ...own] : changed };
}

function isRetirementOf(entry: CatalogueEntry, id: number): boolean {
  return entry.kind === 'FateRetired' && entry.id === id;
}

/** What the model says of a labor, in words of its own: by the event that opened it and the chain it is of. */
function modelDifferences(now: readonly PlainLabor[], then: readonly PlainLabor[]): readonly string[] {
  const keyOf = ({ opened: { event }, chain }: PlainLabor): string => `${event} of ${chain}`;
  const [was, would] = [
    new Map(now.map((each) => [keyOf(each), each])),
    new Map(then.map((each) => [keyOf(each), each])),
  ];
  const isSame = (one?: PlainLabor, other?: PlainLabor): boolean =>
    one !== undefined &&
    other !== undefined &&
    one.state === other.state &&
    one.closed?.event === other.closed?.event &&
    one.closed?.at === other.closed?.at;
  return [...new Set([...was.keys(), ...would.keys()])]
    .filter((key) => !isSame(was.get(key), would.get(key)))
    .map((key) => `${saidByModel(was.get(key))} -> ${saidByModel(would.get(key))}`)
    .sort();
}

function saidByModel(labor?: PlainLabor): string {
  if (labor === undefined) return 'none';
  const { id, type, quest, state, closed, opened } = labor;
  return [id, type, quest, state, opened.event, opened.fate, closed?.event, closed?.type, closed?.fate].join(' ');
}

function said(labor: SeenLabor | null): string {
  if (labor === null) return 'none';
  const { id, type, quest, closed, openedBy } = labor;
  const state = closed?.how ?? 'open';
  return [id, type, quest, state, openedBy.event, openedBy.fate, closed?.event, closed?.type, closed?.fate].join(' ');
}

interface Found {
  readonly differences: readonly LaborDifference[];
  readonly hosts: readonly { readonly now: HostState; readonly then: HostState }[];
}

async function whatIf(
  history: History,
  supposition: Supposition,
  cut: { from: number; buckets: number; turns: boolean },
): Promise<Found> {
  const journal = createMemoryJournal();
  await appendHistory(journal, history);
  const entries = await allEntries(journal);
  const timeline = new CatalogueTimeline(journal);
  await timeline.refresh();
  const steps = entries.slice(-history.steps.length);
  const after = cut.from === 0 ? START : steps[cut.from - 1]!.position;
  const supposed = new SupposedTimeline(timeline, supposition, after);
  const differences: LaborDifference[] = [];
  const hosts: Found['hosts'][number][] = [];
  const end = (await journal.head()).position;
  for (let bucket = 0; bucket < cut.buckets; bucket += 1) {
    const own = entries.filter(({ stream }) => partitionOf(stream, cut.buckets) === bucket);
    const pages = Array.from({ length: Math.ceil(own.length / 7) }, (_, page) => own.slice(page * 7, page * 7 + 7));
    await judgeWhatIf(
      pages,
      {
        differences: (found) => void differences.push(...found),
        host: (states) => void hosts.push(states),
        judged: () => undefined,
      },
      { timeline: supposed, end, run: cut.turns ? inTurns : atOnce },
    );
  }
  return { differences, hosts };
}

const cuts = fc.record({
  at: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true })),
  buckets: fc.constantFrom(1, 3),
  turns: fc.boolean(),
});
/** Picks of types and fates by place, as many as there are. */
const picks = fc.record({
  define: fc.array(
    fc.record({
      creates: fc.nat(),
      completedBy: fc.nat(),
      intermediate: fc.boolean(),
      follows: fc.option(fc.nat()),
      absorb: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
  retire: fc.array(fc.nat(), { maxLength: 2 }),
});

async function compare(
  history: History,
  picked: typeof picks extends fc.Arbitrary<infer T> ? T : never,
  cut: { at: number; buckets: number; turns: boolean },
): Promise<number> {
  const journal = createMemoryJournal();
  await appendHistory(journal, history);
  const timeline = new CatalogueTimeline(journal);
  const { catalogue } = await timeline.refresh();
  const types = [...catalogue.types.values()].filter(({ status }) => status === 'in-force').map(({ name }) => name);
  const fates = [...catalogue.fates.keys()];
  if (types.length === 0) return 0;
  const define = picked.define.map(({ creates, completedBy, intermediate, follows, absorb }): FateDefinition => {
    const followed =
      follows === null || !intermediate ? undefined : catalogue.fates.get(fates[follows % fates.length]!);
    return {
      creates: followed?.completedBy ?? types[creates % types.length]!,
      completedBy: types[completedBy % types.length]!,
      ...{ intermediate, follows: followed?.id ?? null, onRepeat: absorb && !intermediate ? 'absorb' : 'open' },
      ...{ name: null, description: null, actors: [] },
    };
  });
  const retire = fates.length === 0 ? [] : picked.retire.map((at) => fates[at % fates.length]!);
  const decided = suppose({ define, retire }, catalogue);
  if (!decided.ok) return 0;
  const from = Math.floor(cut.at * history.steps.length);
  const found = await whatIf(history, decided.value, { ...cut, from });
  const [now, then] = [modelOf(history), modelOf(supposedHistory(history, decided.value, from))];
  expect(found.differences.map(({ was, would }) => `${said(was)} -> ${said(would)}`).sort()).toEqual(
    modelDifferences(now.labors, then.labors),
  );
  const open = (labors: readonly PlainLabor[]): readonly string[] =>
    labors
      .filter(({ state }) => state === 'open')
      .map(({ id }) => id)
      .sort();
  const ids = (states: readonly HostState[]): readonly string[] =>
    states.flatMap((state) => state.open.map(({ id }) => id)).sort();
  expect(ids(found.hosts.map((host) => host.now))).toEqual(open(now.labors));
  expect(ids(found.hosts.map((host) => host.then))).toEqual(open(then.labors));
  return found.differences.length;
}

test('R10: what-if is what the simple model says of the same entries under the changed catalogue', async () => {
  let differences = 0;
  await fc.assert(
    fc.asyncProperty(histories(80, 5), picks, cuts, async (history, picked, cut) => {
      differences += await compare(history, picked, cut);
    }),
    { numRuns: 150, endOnFailure: true },
  );
  expect(differences).toBeGreaterThan(100);
}, 240_000);

test('R10: with a thousand open labors on a host as well', async () => {
  await fc.assert(
    fc.asyncProperty(crowdedHistories(20), picks, cuts, async (history, picked, cut) => {
      await compare(history, picked, cut);
    }),
    { numRuns: 4, endOnFailure: true },
  );
}, 240_000);
