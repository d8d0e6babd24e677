/** A quest and a host of it, as docs/api.md has them: what views have beside them is not shown. */
import type { QuestHostView } from '#application';
import { burndownBucketBody, questBody, questHostBody } from '#contracts';
import {
  at,
  counts,
  expectBody,
  host,
  laborShown,
  later,
  parked,
  parkedShown,
  quest,
  questShown,
  required,
  steps,
  tally,
  view,
} from '../testing-answers.js';
import { presentBurndown, presentQuest, presentQuestHost } from './present.js';

test('rules 20 and 21: a quest, and a host of it', () => {
  expectBody(questBody, presentQuest(quest), questShown);
  expectBody(questBody, presentQuest({ ...quest, parked }), { ...questShown, parked: parkedShown });
  expectBody(questBody, presentQuest({ ...quest, adopting: true }), { ...questShown, adopting: true });
  const part: QuestHostView = { host, tally, open: [view] };
  expectBody(questHostBody, presentQuestHost(part), {
    host: 'web-1',
    progress: { ...counts, steps },
    openLabors: [laborShown],
  });
});

test('a bucket of a burndown; it says where something is not known any more', () => {
  const shown = { from: at, to: later, open: 3, steps: [{ type: required, open: 3 }] };
  expectBody(burndownBucketBody, presentBurndown({ ...shown, forgetful: 0 }), shown);
  expectBody(burndownBucketBody, presentBurndown({ ...shown, forgetful: 2 }), { ...shown, incomplete: 2 });
});
