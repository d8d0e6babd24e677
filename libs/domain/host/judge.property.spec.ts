/** The fold beside the simple model, over random histories. A failure prints its seed: give it to `fc.assert` to see it again. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { crowdedHistories, foldOf, histories, modelOf, type History } from '#testing';
import { emptyCatalogue, evolveCatalogue, foldCatalogue } from '../catalogue/index.js';
import type { HostName } from '../names.js';
import type { HostEntry } from './entries.js';
import { judge } from './judge.js';
import { newHost, type HostState } from './state.js';

function hostEntries(history: History): readonly HostEntry[] {
  return history.steps.flatMap((step) => (step.kind === 'host' ? [step.entry] : []));
}

/** The state and what each entry did, of one host. */
function judged(history: History, host: HostName, from: number, to: number, begin: HostState) {
  let catalogue = emptyCatalogue;
  let state = begin;
  const judgements: unknown[] = [];
  for (const [index, step] of history.steps.entries()) {
    if (step.kind === 'catalogue') catalogue = evolveCatalogue(catalogue, step.entry);
    else if (step.kind === 'host' && step.entry.host === host && index >= from && index < to) {
      const { state: after, ...rest } = judge(state, step.entry, { revision: state.revision + 1, catalogue });
      state = after;
      judgements.push(rest);
    }
  }
  return { state, judgements };
}

describe('the fold', () => {
  test('rules 1-9, 11-14, 24: it equals the simple model on any history', () => {
    fc.assert(
      fc.property(histories(), (history) => {
        const [folded, expected] = [foldOf(history), modelOf(history)];
        // jest's comparison takes most of the time of a run; it is there to show the difference
        if (!isDeepStrictEqual(folded, expected)) expect(folded).toStrictEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  test('rule 6: it equals the model on hosts that come to the bound of a type and to that of all', () => {
    let full = 0;
    fc.assert(
      fc.property(crowdedHistories(), (history) => {
        const [folded, expected] = [foldOf(history), modelOf(history)];
        if (!isDeepStrictEqual(folded, expected)) expect(folded).toStrictEqual(expected);
        const open = Math.max(...folded.hosts.map((host) => host.open.length));
        expect(open).toBeLessThanOrEqual(1000);
        if (folded.labors.some((labor) => labor.overflow)) full += 1;
      }),
      { numRuns: 5 },
    );
    expect(full).toBeGreaterThan(0);
  });

  test('rule 8: folded in two halves, with the state through JSON between them, it is the same as folded whole', () => {
    fc.assert(
      fc.property(histories(40), fc.nat(), (history, place) => {
        const cut = place % (history.steps.length + 1);
        for (const host of new Set(hostEntries(history).map((entry) => entry.host))) {
          const end = history.steps.length;
          const whole = judged(history, host, 0, end, newHost);
          const first = judged(history, host, 0, cut, newHost);
          const second = judged(history, host, cut, end, JSON.parse(JSON.stringify(first.state)) as HostState);
          expect(second.state).toEqual(whole.state);
          expect([...first.judgements, ...second.judgements]).toEqual(whole.judgements);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('judging never throws, and leaves the state it was given, in whatever order entries come', () => {
    fc.assert(
      fc.property(histories(40), histories(40), fc.nat(), (history, other, seed) => {
        // states of one history, catalogues and entries of another, entries out of order
        const catalogues = other.steps.flatMap((step) => (step.kind === 'catalogue' ? [step.entry] : []));
        const entries = [...hostEntries(history), ...hostEntries(other)];
        let state = newHost;
        for (const [index] of entries.entries()) {
          const entry = entries[(index * 7919 + seed) % entries.length]!;
          const catalogue = foldCatalogue(emptyCatalogue, catalogues.slice(0, index));
          const before = JSON.stringify(state);
          const judgement = judge(state, entry, { revision: index, catalogue });
          expect(JSON.stringify(state)).toBe(before);
          state = judgement.state;
          expect(new Set(state.open.map(({ id }) => id)).size).toBe(state.open.length);
        }
      }),
      { numRuns: 25 },
    );
  });
});
