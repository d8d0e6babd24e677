/** What a change of many fates would do: others have their turn meanwhile, and types that are not listed are counted. */
import { jest } from '@jest/globals';
import { done, positionOf } from '#contracts';
import type { Catalogue, CatalogueEntry, Fate, FateId } from '#domain';
import { Play } from '#testing';
import { mostInATurn } from '../../testing/turns.js';
import type { Gate } from '../reading/gate.js';
import { foresee, type ForesightViews } from './catalogue-effects.js';

const gate = {
  pass: () => Promise.resolve(done({ generation: 1, position: positionOf(1n) })),
} as unknown as Gate;
const views = {
  labors: () => Promise.resolve({ items: [], next: null, total: 0 }),
} as unknown as ForesightViews;

const none = () => undefined;

function foreseen(catalogue: Catalogue, retired: readonly number[]) {
  const entries = retired.map((id): CatalogueEntry => {
    return { kind: 'FateRetired', id: id as FateId, by: null, recordedAt: '2026-01-01T00:00:00.000Z' as never };
  });
  return foresee(
    { gate, views },
    catalogue,
    () => Promise.resolve(done({ entries })),
    none,
    () => Promise.resolve(undefined),
  );
}

const manyFates = (count: number): Catalogue =>
  new Play(...Array.from({ length: count }, (_, nth) => `t${nth}-required => all-done`)).catalogue;

test('of more than twenty types the first are listed, and the others counted', async () => {
  const catalogue = manyFates(30);
  expect(await foreseen(catalogue, [1, 2])).toMatchObject({ value: { labors: [{}, {}], typesOmitted: 0 } });
  const answer = await foreseen(
    catalogue,
    Array.from({ length: 23 }, (_, nth) => nth + 1),
  );
  if (!answer.ok) throw new Error(answer.problem.detail);
  expect([answer.value.labors.length, answer.value.typesOmitted]).toEqual([20, 3]);
});

test('thousands of fates are looked at in turns', async () => {
  let nowMs = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
  class Fates extends Map<FateId, Fate> {
    override get(id: FateId): Fate | undefined {
      nowMs += 1;
      return super.get(id);
    }
  }
  const { fates, ...rest } = manyFates(1000);
  const most = await mostInATurn(
    () => nowMs,
    async () => {
      expect(await foreseen({ ...rest, fates: new Fates(fates) }, [])).toMatchObject({ value: { labors: [] } });
    },
  );
  jest.restoreAllMocks();
  expect(nowMs).toBeGreaterThan(999);
  expect(most).toBeLessThan(50);
});
