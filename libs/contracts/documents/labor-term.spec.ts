/** A term hides no labor that a question about a place is to find, and hides most of the others. */
import fc from 'fast-check';
import { closedLabor, laborDoc } from '#testing';
import { positionOf, START } from '../position.js';
import { laborAsOf } from './labor-as-of.js';
import { NO_PAST } from './labor-past.js';
import { openingsOf, stageOf, TERM_STAGES, termOf } from './labor-term.js';
import type { LaborDocument } from './labors.js';

const STATES: readonly LaborDocument['state'][] = ['open', 'completed', 'waived'];

/** A labor opened, perhaps waived and reopened, perhaps closed, at places that grow by the steps. */
const labors = fc
  .record({
    first: fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 2n ** 64n - 2n ** 62n })),
    steps: fc.tuple(...[0, 1, 2].map(() => fc.oneof(fc.bigInt(1n, 2000n), fc.bigInt(1n, 2n ** 60n)))),
    reopened: fc.boolean(),
    end: fc.constantFrom<LaborDocument['state']>('open', 'completed', 'waived'),
  })
  .map(({ first, steps: [toWaive = 1n, toReopening = 1n, toEnd = 1n], reopened, end }) => {
    const place = (above: bigint) => positionOf(first + above);
    const plain = laborDoc();
    const said = { by: null, principal: null, at: plain.lastSeen, note: null, position: place(toWaive + toReopening) };
    const closed = (position: typeof said.position, state: 'completed' | 'waived') => ({
      ...closedLabor(plain, 1, state).closed!,
      position,
    });
    const past = { ...NO_PAST, reopenings: [{ ...said, closed: closed(place(toWaive), 'waived') }] };
    const lastBefore = reopened ? toWaive + toReopening : 0n;
    const open = { ...plain, opened: { ...plain.opened, position: place(0n) }, past: reopened ? past : null };
    const labor: LaborDocument =
      end === 'open' ? open : { ...open, state: end, closed: closed(place(lastBefore + toEnd), end) };
    return { ...labor, position: labor.closed?.position ?? place(lastBefore) };
  });

test('R11: a labor lies in its term’s range for the state that it had', () => {
  fc.assert(
    fc.property(
      labors,
      fc.oneof(fc.bigInt(0n, 256n), fc.bigInt(0n, 2n ** 62n)),
      fc.subarray([...STATES]),
      (labor, later, states) => {
        const at = positionOf(labor.opened.position + (later % (2n ** 64n - labor.opened.position)));
        const was = laborAsOf(labor, at)!;
        const range = openingsOf(termOf(labor), at, new Set(states));
        const opened = labor.opened.position;
        const isIn = range !== undefined && opened <= range.to && (range.from === undefined || opened >= range.from);
        if (states.includes(was.state)) expect(isIn).toBe(true);
      },
    ),
    { numRuns: 3000 },
  );
});

test('R11: whatever happens to a labor, it goes from a stage to a later one, and within none to another term', () => {
  fc.assert(
    fc.property(labors, (labor) => {
      const history = [labor.opened.position, ...(labor.past?.reopenings ?? []).map(({ closed }) => closed.position)];
      const states = [...history, ...(labor.past?.reopenings ?? []).map(({ position }) => position), labor.position]
        .sort((one, other) => (one < other ? -1 : 1))
        .map((position) => laborAsOf(labor, position)!);
      const terms = states.map(termOf);
      const stages = terms.map((term) => TERM_STAGES.indexOf(stageOf(term)));
      for (const [n, stage] of stages.slice(1).entries()) {
        expect(stage).toBeGreaterThanOrEqual(stages[n]!);
        if (stage === stages[n]) expect(terms[n + 1]).toBe(terms[n]);
      }
    }),
  );
});

test('R11: one that was open for 2^n places is not looked at 2^(n+1) places later', () => {
  fc.assert(
    fc.property(fc.bigInt(1n, 2n ** 40n), (places) => {
      const plain = laborDoc();
      const position = positionOf(plain.opened.position + places);
      const labor = { ...closedLabor(plain, 1), closed: { ...closedLabor(plain, 1).closed!, position } };
      const opened = plain.opened.position;
      const after = (distance: bigint) => positionOf(opened + distance);
      const { from = START } = openingsOf(termOf(labor), after(2n * places + 512n), new Set(['open']))!;
      expect(opened < from).toBe(true);
      const ended = openingsOf(termOf(labor), after(places / 2n - 256n), new Set(['completed']));
      expect(ended === undefined || ended.to < opened).toBe(true);
    }),
  );
});
