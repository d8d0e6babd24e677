/** The answer that waits for what its events did: bounded, and never an error, since they are stored. */
import { START, type Effects } from '#contracts';
import type { LaborId } from '#domain';
import { createMemoryJournal, ingestRig, report, until } from '#testing';
import type { LoggedEvents } from './ingest.js';

async function rigOf() {
  const rig = ingestRig(createMemoryJournal());
  await rig.define();
  const logged = await rig.ingest.logEvents([report('a'), report('b'), report('b')], rig.operator);
  if (!logged.ok) throw new Error(logged.problem.detail);
  return { ...rig, logged: logged.value };
}

const did = (event: string, applied: number, opened: readonly string[]) => ({
  ...{ event: event as never, applied, parked: false, opened: opened as readonly LaborId[] },
  ...{ closed: [], absorbed: [], perhapsAbsorbed: [] },
});
const opened = (...labors: readonly string[]) => ({
  ...{ state: 'known', opened: labors, closed: [], absorbed: [], perhapsAbsorbed: [] },
});
const shown = (effects: ReadonlyMap<string, Effects>, { events }: LoggedEvents) =>
  events.map(({ id }) => effects.get(id));

test('what each event did, once the views have them; asked for in the share of who asks', async () => {
  const { ingest, operator, views, logged } = await rigOf();
  views.position = START;
  const answer = ingest.effects(logged, 5, { ...operator, holder: 'token ann' });
  await until('the views were asked three times', () => views.calls >= 3, { everyMs: 1 });
  views.effects.set('a~0', did('a~0', 0, ['a~0']));
  views.effects.set('b~0', did('b~0', 1, ['b~0', 'b~0.2', 'b~0.10', 'b~0.1']));
  views.effects.set('b~1', did('b~1', 1, []));
  views.position = undefined;
  expect(shown(await answer, logged)).toEqual([opened('a~0'), opened('b~0', 'b~0.1', 'b~0.2', 'b~0.10'), opened()]);
  expect(views.holders).toContain('token ann');
});

test('where the wait is over first, what is judged is said, and the others are pending', async () => {
  const { ingest, operator, views, logged } = await rigOf();
  views.position = START;
  views.effects.set('a~0', did('a~0', 0, ['a~0']));
  views.effects.set('b~0', did('b~0', 0, []));
  views.effects.set('b~1', did('b~1', 0, []));
  const effects = await ingest.effects(logged, 0.05, operator);
  expect(shown(effects, logged)).toEqual([opened('a~0'), opened(), { state: 'pending' }]);
});

test('P4: of a parked host it is said that it is', async () => {
  const { ingest, operator, views, logged } = await rigOf();
  views.effects.set('a~0', { ...did('a~0', -1, []), parked: true });
  const effects = await ingest.effects(logged, 0.05, operator);
  expect(shown(effects, logged)).toEqual([{ state: 'parked' }, { state: 'pending' }, { state: 'pending' }]);
});

test.each(['away', 'folding'] as const)('views that are %s are no error', async (state) => {
  const { ingest, operator, views, logged } = await rigOf();
  views.state = state;
  expect(shown(await ingest.effects(logged, 0.05, operator), logged)).toEqual([undefined, undefined, undefined]);
});

test('beyond as many as may wait, the others are answered at once', async () => {
  const { ingest, operator, views, logged } = await rigOf();
  views.position = START;
  const waiting = Array.from({ length: 70 }, (_, n) => ({ ...operator, holder: `token ${n % 7}` })).map((caller) =>
    ingest.effects(logged, 5, caller),
  );
  let ended = 0;
  for (const each of waiting) void each.then(() => (ended += 1));
  await until('six of seventy are answered', () => ended === 6, { everyMs: 1 });
  expect(ingest.waiting().commands).toBe(64);
  views.position = undefined;
  await Promise.all(waiting);
});
