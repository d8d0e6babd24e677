/** Rule 16 for a whole host: which event types would advance something now, and what each would do. */
import fc from 'fast-check';
import { histories, Fold, Play } from '#testing';
import type { HostName } from '../names.js';
import { advancingTypes, nextEvent } from './next.js';
import { newHost } from './state.js';

const host = 'h' as HostName;

function nextOf(play: Play) {
  const state = play.fold.states.get(host) ?? newHost;
  return [...advancingTypes(play.catalogue, state.open)].map((type) => nextEvent(host, state, play.catalogue, type));
}

test('rule 16: each event type that completes an open labor, with all that it would do', () => {
  const play = new Play(
    '[1] a-required => host-ready',
    '[2] b-required => host-ready',
    '[3] host-ready => host-done intermediate follows 1',
    '[4] a-required => a-skipped',
    '[5] a-skipped => host-done absorb',
  );
  expect(nextOf(play)).toEqual([]);
  play.event('a-required');
  play.event('b-required');
  const nothing = { opens: false, absorbedBy: null };
  expect(nextOf(play)).toEqual([
    { type: 'host-ready', closes: ['h~0', 'h~1'], follows: ['h~0'], ...nothing },
    { type: 'a-skipped', closes: ['h~0'], follows: [], opens: true, absorbedBy: null },
  ]);
  play.event('a-skipped');
  play.event('a-required');
  expect(nextOf(play).find(({ type }) => type === 'a-skipped')).toEqual({
    type: 'a-skipped',
    closes: ['h~3'],
    follows: [],
    opens: false,
    absorbedBy: 'h~2',
  });
});

test('rule 10: what is retired advances nothing', () => {
  const play = new Play('[1] a-required => a-done', '[2] a-required => b-done');
  play.event('a-required');
  play.retireFate(2);
  expect(nextOf(play).map(({ type }) => type)).toEqual(['a-done']);
  play.retireFate(1);
  expect(nextOf(play)).toEqual([]);
});

test('it is what the event does when it comes, and no other type closes anything', () => {
  fc.assert(
    fc.property(histories(40), ({ steps }) => {
      const fold = new Fold();
      for (const step of steps) {
        if (step.kind === 'host' && step.entry.kind === 'EventLogged' && step.entry.quest === null) {
          const { entry } = step;
          const before = fold.states.get(entry.host) ?? newHost;
          const { catalogue } = fold;
          const expected = [...advancingTypes(catalogue, before.open)].includes(entry.type)
            ? nextEvent(entry.host, before, catalogue, entry.type).closes
            : [];
          const judgement = fold.apply(step);
          if (judgement?.duplicate === true) continue;
          const isKnown = catalogue.types.get(entry.type)?.category === entry.category;
          const closed = judgement?.effects.flatMap((effect) => (effect.kind === 'closed' ? [effect.labor.id] : []));
          if (isKnown) expect(closed).toEqual(expected);
          else expect(closed).toEqual([]);
        } else fold.apply(step);
      }
    }),
  );
});
