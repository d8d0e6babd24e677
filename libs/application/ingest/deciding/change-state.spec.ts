/** Changing a named state by compare-and-set: over rivals, unknown outcomes, and from what the caller has seen. */
import { StoreUnavailable } from '#ports';
import { countingJournal, createMemoryJournal, wrapJournal } from '#testing';
import { changeState } from './change-state.js';

interface Count {
  readonly count: number;
}
const raised = (present: Count | undefined): Count => ({ count: (present?.count ?? 0) + 1 });

test('what stands then is answered; a change of nothing writes nothing', async () => {
  const journal = countingJournal(createMemoryJournal());
  expect(await changeState(journal, 'x', raised)).toEqual({ value: { count: 1 }, version: 1 });
  expect(await changeState(journal, 'x', raised)).toEqual({ value: { count: 2 }, version: 2 });
  journal.resetCalls();
  expect(await changeState(journal, 'x', () => undefined)).toEqual({ value: { count: 2 }, version: 2 });
  expect(journal.calls).toMatchObject({ readState: 1, writeState: 0 });
});

test('what the caller has seen saves the read; where it is another by now, it is read and changed', async () => {
  const journal = countingJournal(createMemoryJournal());
  const seen = await changeState(journal, 'x', raised);
  journal.resetCalls();
  await changeState(journal, 'x', raised, { seen });
  expect(journal.calls).toMatchObject({ readState: 0, writeState: 1 });
  expect(await changeState(journal, 'x', raised, { seen })).toEqual({ value: { count: 3 }, version: 3 });
});

test('many at once, from two processes: each counts', async () => {
  const journal = createMemoryJournal();
  for (let round = 1; round <= 20; round += 1) {
    await Promise.all([changeState(journal, 'x', raised), changeState(journal, 'x', raised)]);
  }
  expect(JSON.parse((await journal.readState('x'))!.value)).toEqual({ count: 40 });
});

test('a write whose outcome is not known is looked at: the change sees what it has stored', async () => {
  const base = createMemoryJournal();
  let lost = 0;
  const journal = wrapJournal(base, {
    async writeState(...call) {
      const outcome = await base.writeState(...call);
      return (lost += 1) === 1 ? 'unknown' : outcome;
    },
  });
  const own = { count: 7 };
  expect(await changeState<Count>(journal, 'x', (present) => (present === undefined ? own : undefined))).toEqual({
    value: own,
    version: 1,
  });
});

test('a state that others change for ever is given up, by its name', async () => {
  const journal = wrapJournal(createMemoryJournal(), { writeState: async () => 'conflict' });
  const changing = changeState(journal, 'contended', raised);
  await expect(changing).rejects.toThrow(StoreUnavailable);
  await expect(changing).rejects.toThrow(/"contended" could not be changed in 12 tries/);
}, 20_000);
