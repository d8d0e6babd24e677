/** The plan of a load, kept with its generation: the same for every attempt, and attempts that end in vain are counted. */
import { positionOf } from '#contracts';
import type { HostName } from '#domain';
import type { ViewsLoader } from '#ports';
import { isOfPlan, noteAttempt, planOf, ReplayGivenUp } from './load-plan.js';

/** A loader that keeps names of units alone. */
function loaderOf(units: string[], mayLoad: () => boolean = () => true): ViewsLoader {
  return {
    loaded: async () => [...units],
    load: async (_generation, unit, fill) => {
      if (units.includes(unit)) return;
      await fill(async () => undefined);
      if (!mayLoad()) throw new Error('killed');
      units.push(unit);
    },
    create: () => Promise.reject(new Error('not asked for')),
    finish: () => Promise.reject(new Error('not asked for')),
  };
}

function hosts(count: number, of = 'h'): ReadonlySet<HostName> {
  return new Set(Array.from({ length: count }, (_, n) => `${of}${n}.example` as HostName));
}

test('every attempt has the plan with which the load was begun, killed while it was kept or not', async () => {
  for (let kept = 0; kept < 6; kept += 1) {
    const units: string[] = [];
    let left = kept;
    const killed = planOf(
      loaderOf(units, () => (left -= 1) >= 0),
      7,
      async () => ({ end: positionOf(5n), apart: hosts(900) }),
    );
    if (kept < 5) await expect(killed).rejects.toThrow('killed');
    else expect(await killed).toEqual({ end: positionOf(5n), apart: hosts(900) });
    const later = await planOf(loaderOf(units), 7, async () => ({ end: positionOf(9n), apart: hosts(3, 'later') }));
    expect(later.end).toBe(positionOf(kept < 5 ? 9n : 5n));
    expect(later.apart.has('later0.example' as HostName)).toBe(kept < 5);
    expect(await planOf(loaderOf(units), 7, () => Promise.reject(new Error('asked again')))).toEqual(later);
    expect(units.every(isOfPlan)).toBe(true);
  }
});

test('the load is given up after eight processes that loaded nothing; a unit, or one process that tries again, is none of them', async () => {
  const units = ['to 5'];
  const loader = loaderOf(units);
  for (let n = 0; n < 8; n += 1) {
    await noteAttempt(loader, 7, `process-${n}`);
    await noteAttempt(loader, 7, `process-${n}`);
  }
  await expect(noteAttempt(loader, 7, 'another')).rejects.toThrow(ReplayGivenUp);
  await noteAttempt(loader, 7, 'process-3');
  await loader.load(7, 'hosts-0-of-1', async () => undefined);
  await noteAttempt(loader, 7, 'another');
  expect(units.filter((unit) => !isOfPlan(unit))).toEqual(['hosts-0-of-1']);
});
