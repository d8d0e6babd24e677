/** A quest and a host of it, as docs/api.md has them: what views have beside them is not shown. */
import type { QuestHostView } from '#application';
import { questBody, questHostBody } from '#contracts';
import {
  counts,
  expectBody,
  host,
  laborShown,
  parked,
  parkedShown,
  quest,
  questShown,
  steps,
  tally,
  view,
} from '../testing-answers.js';
import { presentQuest, presentQuestHost } from './present.js';

test('rules 20 and 21: a quest, and a host of it', () => {
  expectBody(questBody, presentQuest(quest), questShown);
  expectBody(questBody, presentQuest({ ...quest, parked }), { ...questShown, parked: parkedShown });
  expectBody(questBody, presentQuest({ ...quest, adopting: true }), { ...questShown, adopting: true });
  expectBody(questBody, presentQuest({ ...quest, removing: true }), { ...questShown, removing: true });
  const part: QuestHostView = { host, tally, open: [view] };
  expectBody(questHostBody, presentQuestHost(part), {
    host: 'web-1',
    progress: { ...counts, steps },
    openLabors: [laborShown],
  });
});
