/** `If-Match` on amendments (RFC 9110, 13.1.1): of two people who have seen the same, the second is refused, and nothing is lost in silence. */
import { eventually } from '../../libs/testing/until.js';
import type { Answer, Json } from '../harness/api.js';
import { DISKS, wholeHermes } from '../harness/whole.js';

const hermes = wholeHermes(DISKS);
let quest = '';

beforeAll(async () => {
  const { id } = await hermes.api.must('/quests', { type: 'disk-full', hosts: ['a', 'b'], description: 'first' });
  quest = `/quests/${String(id)}`;
});

async function tagOf(path: string): Promise<string> {
  return (await hermes.api.get(path)).headers.get('etag') ?? '';
}

function amend(path: string, body: object, ifMatch: string): Promise<Answer<Json>> {
  return hermes.api.call('PATCH', path, body, { 'if-match': ifMatch });
}

const things: readonly (readonly [what: string, path: () => string])[] = [
  ['an event type', () => '/event-types/disk-full'],
  ['a fate', () => '/fates/1'],
  ['a quest', () => quest],
];

describe.each(things)('%s', (_what, path) => {
  test('is amended by who has seen it as it is, and not by who has seen it before', async () => {
    const seen = await tagOf(path());
    const first = await amend(path(), { description: `of ${seen}` }, seen);
    expect(first.status).toBe(200);
    const second = await amend(path(), { description: 'of another' }, seen);
    expect([second.status, second.body['code']]).toEqual([412, 'precondition-failed']);
    expect((await hermes.api.read(path()))['description']).toBe(`of ${seen}`);
    expect((await amend(path(), { description: 'next' }, `"other", ${await tagOf(path())}`)).status).toBe(200);
  });

  test('is amended under *, not under a weak tag, and what is no tag is refused', async () => {
    const seen = await tagOf(path());
    expect((await amend(path(), { description: 'any' }, '*')).status).toBe(200);
    expect((await amend(path(), { description: 'weak' }, `W/${await tagOf(path())}`)).status).toBe(412);
    expect(await tagOf(path())).not.toBe(seen);
    const none = await amend(path(), { description: 'none' }, seen.slice(1, -1));
    expect([none.status, none.body['code']]).toEqual([400, 'malformed']);
    expect((await hermes.api.read(path()))['description']).toBe('any');
  });

  test('is amended step by step by the tags of the answers, without a GET in between', async () => {
    let tag = await tagOf(path());
    for (const description of ['one', 'two', 'two', 'three']) {
      const { status, headers } = await amend(path(), { description }, tag);
      expect([description, status]).toEqual([description, 200]);
      tag = headers.get('etag') ?? 'no tag';
    }
    expect((await hermes.api.read(path()))['description']).toBe('three');
    const [definition] = (await tagOf(path())).replaceAll('"', '').split('.');
    expect(tag).toBe(`"${String(definition)}"`);
    await amend(path(), { description: 'by another' }, '*');
    expect((await amend(path(), { description: 'four' }, tag)).status).toBe(412);
  });

  test('of many at once with one tag, one is done', async () => {
    const seen = await tagOf(path());
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => amend(path(), { description: `at once ${index}` }, seen)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 7 }, () => 412)]);
  });
});

test('what is unknown is 404, whatever is demanded', async () => {
  for (const path of ['/event-types/no-such', '/fates/99', '/quests/99'])
    expect([path, (await amend(path, { description: 'x' }, '"x"')).status]).toEqual([path, 404]);
});

test('numbers of a quest that move by themselves refuse no amendment; its answers are known by their numbers, too', async () => {
  const seen = await tagOf(quest);
  await hermes.api.must('/events', { type: 'disk-cleaned', host: 'a' });
  const now = await eventually('the quest is counted', async () => {
    const tag = await tagOf(quest);
    expect(tag).not.toBe(seen);
    return tag;
  });
  const asked = await hermes.api.call('GET', quest, undefined, { 'if-none-match': now });
  expect(asked.status).toBe(304);
  expect((await amend(quest, { description: 'after a labor' }, seen)).status).toBe(200);
});
