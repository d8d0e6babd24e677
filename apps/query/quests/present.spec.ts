/** A quest and a host of it, as docs/api.md has them: what views have beside them is not shown. */
import { presentQuest, type QuestHistoryItem, type QuestHostView } from '#application';
import { burndownBucketBody, questBody, questHistoryBody, questHostBody, questTimesBody } from '#contracts';
import {
  at,
  counts,
  expectBody,
  host,
  laborShown,
  later,
  parked,
  parkedShown,
  position,
  quest,
  questShown,
  required,
  steps,
  tally,
  view,
} from '../testing-answers.js';
import { presentBurndown, presentHistory, presentQuestHost, presentTimes } from './present.js';

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

test('a bucket of a burndown; it says where something is not known any more', () => {
  const shown = { from: at, to: later, open: 3, steps: [{ type: required, open: 3 }] };
  expectBody(burndownBucketBody, presentBurndown({ ...shown, forgetful: 0 }), shown);
  expectBody(burndownBucketBody, presentBurndown({ ...shown, forgetful: 2 }), { ...shown, incomplete: 2 });
});

test('how long labors were open, of all and by step; null where none was completed', () => {
  const none = { labors: 0, medianS: null, p90S: null, steps: [] };
  expectBody(questTimesBody, presentTimes(none), none);
  const times = { labors: 2, medianS: 60, p90S: 300 };
  const shown = { ...times, steps: [{ type: required, ...times }] };
  expectBody(questTimesBody, presentTimes(shown), shown);
});

test('rules 20 and 22: what happened to a quest', () => {
  const common = { position, recordedAt: at, by: 'ann', principal: null };
  const shown = (change: QuestHistoryItem['change'], expected: object) => {
    const body = { ...common, position: String(position), kind: change.kind, ...expected };
    expectBody(questHistoryBody, presentHistory({ ...common, change }), body);
  };
  const changes = [
    { field: 'target', from: null, to: later },
    { field: 'references', from: [], to: [{ key: 'OPS-1' }] },
  ] as const;
  const drafted = { kind: 'drafted', type: required, creator: 'ann', description: 'd', target: null } as const;
  shown({ ...drafted, references: [] }, { type: required, description: 'd' });
  shown({ kind: 'hostsAccepted', batch: 'b', hosts: 3 }, { hosts: 3 });
  shown({ kind: 'hostsAccepted', batch: 'b', hosts: 3, claim: 'any' }, { hosts: 3, claim: 'any' });
  shown({ kind: 'hostsEmbarked', batch: 'b' }, {});
  shown({ kind: 'laborsAccepted', adoption: 'a', labors: 2 }, { labors: 2 });
  shown({ kind: 'laborsAdopted', adoption: 'a' }, {});
  const removal = { kind: 'removalAccepted', removal: 'r', hosts: 2, named: 1 } as const;
  shown({ ...removal, reason: 'moved' }, { hosts: 2, reason: 'moved' });
  shown({ ...removal, reason: null }, { hosts: 2 });
  shown({ kind: 'hostsRemoved', removal: 'r' }, {});
  shown({ kind: 'amended', changes }, { changes });
  shown({ kind: 'completed' }, {});
  shown({ kind: 'reopened' }, {});
  shown({ kind: 'abandoned', reason: 'no' }, { reason: 'no' });
  shown({ kind: 'ended' }, {});
});
