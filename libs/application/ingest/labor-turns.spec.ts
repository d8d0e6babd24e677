/** Many commands on many labors at once: between two turns of the loop only a few of their labors are looked at. */
import { jest } from '@jest/globals';
import { done, START } from '#contracts';
import { parseLaborId, type LaborCommand } from '#domain';
import { createMemoryJournal, ingestRig } from '#testing';
import { mostInATurn } from '../../testing/turns.js';
import { standingsOf, type Named, type StandingParts } from './labor-standings.js';

const ACK: LaborCommand = { kind: 'LaborAcknowledged', by: null, note: null };
const LABORS = 3000;
const AT_ONCE = 10;

let reads = 0;
/** The clock moves by what is read, and by nothing else. */
let nowMs = 0;

beforeEach(() => {
  reads = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
});
afterEach(() => {
  jest.restoreAllMocks();
});

const read = (): void => {
  reads += 1;
  nowMs += 1;
};

/** A list of which it is counted how often an item is read. */
function counted(texts: readonly string[]): readonly string[] {
  const list = [...texts];
  texts.forEach((text, index) => {
    Object.defineProperty(list, index, {
      get: () => {
        read();
        return text;
      },
    });
  });
  return list;
}

test('of ten bulk commands at once, the ids and the results of a few hundred labors have a turn', async () => {
  const { ingest, operator, views } = ingestRig(createMemoryJournal());
  views.labors.clear();
  const commands = Array.from({ length: AT_ONCE }, (_, nth) =>
    counted(Array.from({ length: LABORS }, (__, labor) => `host-${nth}-${labor}~0`)),
  );
  const most = await mostInATurn(
    () => reads,
    async () => {
      for (const outcome of await Promise.all(commands.map((labors) => ingest.commandLabors(labors, ACK, operator))))
        expect(outcome).toMatchObject({ ok: true, value: { position: undefined } });
    },
  );
  expect(reads).toBeGreaterThanOrEqual(2 * LABORS * AT_ONCE);
  expect(most).toBeLessThan(1000);
});

test.each(['id', 'host'] as const)(
  'of the questions of ten bulk commands at once, a few hundred labors have a turn (%s)',
  async (field) => {
    const seen = done({ position: START, ageMs: 0, generation: 1 });
    const parts = {
      journal: { head: async () => ({ position: START, entries: 0 }) },
      gate: { pass: async () => seen },
      views: {
        for: () => ({
          laborsById: async () => [],
          behindAmong: async () => [],
          hosts: async () => ({ items: [], next: null }),
        }),
      },
    } as unknown as StandingParts;
    const labors = Array.from({ length: LABORS }, (_, nth): Named => {
      const named = parseLaborId(`host-${nth}~0`);
      if (named === undefined) throw new Error('an id that is none');
      return {
        ...named,
        get [field]() {
          read();
          return named[field];
        },
      };
    });
    const most = await mostInATurn(
      () => reads,
      async () => {
        const asked = Array.from({ length: AT_ONCE }, () => standingsOf(parts, labors, ACK, {}));
        for (const outcome of await Promise.all(asked)) expect(outcome).toMatchObject({ ok: true });
      },
    );
    expect(reads).toBeGreaterThanOrEqual(LABORS * AT_ONCE);
    expect(most).toBeLessThan(1000);
  },
);
