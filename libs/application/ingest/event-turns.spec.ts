/** Many arrays of events at once: between two turns of the loop only a few of their events are made ready for the journal. */
import { jest } from '@jest/globals';
import type { EventReport } from '#contracts';
import { createMemoryJournal, ingestRig, report } from '#testing';
import { mostInATurn } from '../../testing/turns.js';

/** How often a field was read that every entry takes from its report, and one that answers what its type is. */
const reads = { note: 0, type: 0 };
/** The clock moves by what is read, and by nothing else. */
let nowMs = 0;

beforeEach(() => {
  jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
});
afterEach(() => {
  jest.restoreAllMocks();
});

const read = (field: keyof typeof reads): void => {
  reads[field] += 1;
  nowMs += 1;
};

function reports(count: number, host: string): readonly EventReport[] {
  return Array.from({ length: count }, (_, nth) => {
    const { type, note, ...rest } = report(`${host}-${nth % 100}`);
    return {
      ...rest,
      get type() {
        read('type');
        return type;
      },
      get note() {
        read('note');
        return note;
      },
    };
  });
}

/** A repeat of a request is answered from what is kept of it. */
test('of seven arrays with an Idempotency-Key, and of their repeats, a few hundred events have a turn', async () => {
  const rig = ingestRig(createMemoryJournal());
  await rig.define();
  const arrays = Array.from({ length: 7 }, (_, nth) => reports(10_000, `web-${nth}`));
  for (const times of ['first', 'again']) {
    const before = reads.type;
    const most = await mostInATurn(
      () => reads.type,
      async () => {
        const logged = arrays.map((each, nth) =>
          rig.ingest.logEvents(each, { ...rig.reporter, idempotencyKey: `key-${nth}` }),
        );
        for (const outcome of await Promise.all(logged))
          expect(outcome).toMatchObject({ ok: true, value: { accepted: 10_000, duplicates: 0 } });
      },
    );
    expect([times, reads.type - before >= 140_000]).toEqual([times, true]);
    expect([times, most < 1000 || most]).toEqual([times, true]);
  }
}, 60_000);

test.each(['note', 'type'] as const)(
  'of seven arrays at once, a few hundred events have a turn (%s)',
  async (field) => {
    const rig = ingestRig(createMemoryJournal());
    await rig.define();
    const arrays = Array.from({ length: 7 }, (_, nth) => reports(10_000, `web-${nth}`));
    const before = reads[field];
    const most = await mostInATurn(
      () => reads[field],
      async () => {
        for (const outcome of await Promise.all(arrays.map((each) => rig.ingest.logEvents(each, rig.reporter))))
          expect(outcome).toMatchObject({ ok: true, value: { accepted: 10_000 } });
      },
    );
    expect(reads[field] - before).toBe(70_000);
    expect(most).toBeLessThan(1000);
  },
  60_000,
);
