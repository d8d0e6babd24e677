/** P9: which reads wait for a host that is behind, and for how long. */
import { createReading } from './create-reading.js';
import { at, BEFORE, hostName, hostOf, NOW, questId, questOf } from './testing-documents.js';
import { FakeViews } from './testing-views.js';

const PAGE = { limit: 10, after: null, count: false } as const;

function behindOne(position: number): FakeViews {
  const views = new FakeViews(at(10));
  views.hostDocuments = [hostOf('web-1')];
  views.questsNow = [questOf(4, 'open')];
  views.behindNow = [{ host: hostName('web-1'), behind: { state: 'behind', position: at(position), since: BEFORE } }];
  return views;
}

function readingOver(views: FakeViews) {
  return createReading({ views, clock: { nowMs: () => Date.parse(NOW) }, maxWaitS: 30 });
}

const now = { minPosition: at(8), waitS: 0 };

test('reads that name the host, a labor of it, or a quest wait while it is behind their position', async () => {
  const reading = readingOver(behindOne(7));
  const host = [hostName('web-1')];
  const answers = await Promise.all([
    reading.host('WEB-1', now),
    reading.hosts({ host }, { ...PAGE, sort: 'host' }, now),
    reading.labors({ host }, { ...PAGE, sort: 'host' }, now),
    reading.labors({ quest: [questId(4), 'none'] }, { ...PAGE, sort: 'host' }, now),
    reading.labor('web-1~3', now),
    reading.why('web-1~3', now),
    reading.events({ host }, { ...PAGE, sort: 'position' }, now),
    reading.event('web-1~3', now),
    reading.quest(questId(4), now),
    reading.questLabors(questId(4), {}, { ...PAGE, sort: 'host' }, now),
    reading.questHosts(questId(4), {}, { ...PAGE, sort: 'host' }, now),
  ]);
  for (const answer of answers) {
    expect(answer).toMatchObject({ ok: false, problem: { code: 'not-caught-up' } });
    expect(!answer.ok && answer.problem.detail).toContain('are being judged step by step');
  }
});

test('they wait no longer once it is beyond the position, and other lists never do: their answers count the hosts', async () => {
  const late = readingOver(behindOne(9));
  expect(await late.host('web-1', now)).toMatchObject({ ok: true, value: { hostsBehind: 1 } });
  const views = behindOne(7);
  const reading = readingOver(views);
  const many = Array.from({ length: 21 }, (_, n) => hostName(`h${n}`));
  const lists = await Promise.all([
    reading.labors({}, { ...PAGE, sort: 'host' }, now),
    reading.labors({ quest: ['none'] }, { ...PAGE, sort: 'host' }, now),
    reading.events({}, { ...PAGE, sort: 'position' }, now),
    reading.hosts({}, { ...PAGE, sort: 'host' }, now),
    reading.quests({}, { ...PAGE, sort: 'id' }, now),
    reading.labors({ host: many }, { ...PAGE, sort: 'host' }, now),
  ]);
  for (const list of lists) expect(list).toMatchObject({ ok: true, value: { hostsBehind: 1 } });
  expect(views.argumentsOf('behindAmong')).toEqual([]);
  // without a position nobody waits
  expect(await reading.host('web-1', {})).toMatchObject({ ok: true, value: { hostsBehind: 1 } });
});
