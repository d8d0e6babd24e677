/** Followers of changes over views that answer what each test says. */
import { done, positionOf, type Position } from '#contracts';
import { until } from '../../../testing/until.js';
import { createReading } from '../create-reading.js';
import { at, NOW, questId, questOf } from '../testing-documents.js';
import { parsePlace, textOfPlace } from './change.js';
import { Kept, stopAll, world } from './testing-followers.js';

afterEach(stopAll);

test('a place is written as text, and no other text is one', () => {
  const place = { generation: 7, position: positionOf(18446744073709551615n) };
  expect(parsePlace(textOfPlace(place))).toEqual(place);
  expect(textOfPlace({ generation: 7, position: positionOf(-1n) })).toBe('7.0');
  for (const text of ['', '7', '7.', '.7', '0.7', '7.-1', '7.18446744073709551616', '7.1 ', 'x.1']) {
    expect([text, parsePlace(text)]).toEqual([text, undefined]);
  }
});

test('a document that later looks read again is sent once for each change of it', async () => {
  const { views, follow, change } = world();
  const { follower } = await follow();
  expect(follower.places()).toEqual([`7.${at(10)}`]);
  change('web-1~0', at(12));
  await until('it came', async () => follower.ids().length === 1);
  const looks = views.looks;
  await until('more looks', async () => views.looks > looks + 2);
  expect(follower.ids()).toEqual(['web-1~0']);
  change('web-1~0', at(13));
  await until('it came again', async () => follower.ids().length === 2);
  // its place lies before the position that the views reach now
  views.advance(at(20));
  change('web-1~1', at(21));
  await until('the next one came', async () => follower.ids().length === 3);
  expect(follower.places().at(-1)).toBe(`7.${at(20)}`);
  // the next look begins there
  const begun = (): unknown => views.argumentsOf('changedLabors').at(-1)?.[1];
  await until('a look from there', async () => (begun() as { seenAt: Position }).seenAt === at(20));
});

test('equal questions are judged once: their followers get one object, and others what passes theirs', async () => {
  const { follow, change } = world();
  const { follower: first } = await follow(null, { host: ['web-1', 'web-2'] });
  const { follower: second } = await follow(null, { host: ['web-2', 'web-1', 'web-1'] });
  const { follower: other } = await follow(null, { host: ['web-9'] });
  change('web-1~0', at(12));
  await until('it came', async () => first.ids().length > 0 && second.ids().length > 0);
  expect(first.notices.at(-1)).toBe(second.notices.at(-1));
  expect(other.ids()).toEqual([]);
});

test('who resumes gets no place beyond what it was sent before it is at the end', async () => {
  const { views, change } = world();
  for (let n = 0; n < 700; n += 1) change(`web-1~${n}`, at(n), at(n));
  views.changedQuestsNow = [{ quest: questOf(4, 'open'), seenAt: at(3) }];
  views.advance(at(650));
  let resume = (): void => undefined;
  const held = new Promise<void>((resolve) => (resume = resolve));
  const follower = new Kept();
  let drains = 0;
  // after the first page of labors
  follower.onDrained = () => (++drains === 2 ? held : Promise.resolve());
  const reading = createReading({ views, clock: { nowMs: () => Date.parse(NOW) }, maxWaitS: 1 });
  const outcome = await reading.follow({ question: {}, from: `7.${at(2)}`, holder: 'a' }, follower);
  await until('the first page', async () => drains === 2);
  expect(follower.ids()[0]).toBe(`quest ${questId(4)}`);
  expect(follower.places()).toEqual([`7.${at(501)}`]);
  change('web-2~0', at(900));
  await until('what changes meanwhile', async () => follower.ids().includes('web-2~0'));
  expect(follower.places()).toEqual([`7.${at(501)}`]);
  resume();
  await until('the end', async () => follower.places().at(-1) === `7.${at(650)}`);
  const ids = new Set(follower.ids());
  for (let n = 2; n < 700; n += 1) expect(ids.has(`web-1~${n}`)).toBe(true);
  expect(ids.has('web-1~1')).toBe(false);
  if (outcome.ok) outcome.value.leave();
});

test('of more labors at one place than are read at once each is brought, and no place is said before it has moved', async () => {
  const { views, change, follow } = world();
  for (let n = 0; n < 1100; n += 1) change(`web-1~${n}`, at(2));
  views.advance(at(5));
  const { follower } = await follow(`7.${at(2)}`);
  await until('the end', async () => follower.places().length > 0);
  expect(new Set(follower.ids()).size).toBe(1100);
  expect(follower.places()).toEqual([`7.${at(5)}`]);
});

test('clients that take nothing of what they are brought up with keep nobody from it', async () => {
  const { views, change, stop } = world();
  change('web-1~0', at(3));
  const reading = createReading({
    ...{ views, clock: { nowMs: () => Date.parse(NOW) }, maxWaitS: 1, stopping: stop.signal },
  });
  const resume = async (onDrained: () => Promise<void>): Promise<Kept> => {
    const follower = new Kept();
    follower.onDrained = onDrained;
    await reading.follow({ question: {}, from: `7.${at(2)}`, holder: 'a' }, follower);
    return follower;
  };
  for (let n = 0; n < 5; n += 1) await resume(() => new Promise(() => undefined));
  const follower = await resume(() => Promise.resolve());
  await until('it is brought up', async () => follower.places().at(-1) === `7.${at(10)}`);
});

test('what changes after it has joined is not read for it again', async () => {
  const { views, change, follow } = world();
  for (let n = 0; n < 600; n += 1) change(`web-1~${n}`, at(n));
  views.advance(at(599));
  // others follow, and have been sent what lies beyond the views' position
  const { follower: other } = await follow();
  change('web-2~0', at(700));
  await until('it came', async () => other.ids().includes('web-2~0'));
  let resume = (): void => undefined;
  const held = new Promise<void>((resolve) => (resume = resolve));
  const { follower } = await follow(`7.${at(2)}`, {}, 'b', () => held);
  await until('the first page', async () => follower.ids().length > 0);
  for (let n = 0; n < 600; n += 1) change(`web-3~${n}`, at(800 + n));
  await until('they came', async () => follower.ids().includes('web-3~599'));
  views.advance(at(1500));
  resume();
  await until('the end', async () => follower.places().length > 1);
  expect(follower.ids()).toContain('web-2~0');
  for (let n = 2; n < 600; n += 1) expect(follower.ids()).toContain(`web-1~${n}`);
  expect(follower.ids().filter((id) => id.startsWith('web-3'))).toHaveLength(600);
});

test('one that joins with what the views were a moment ago, of another generation, is reset', async () => {
  const { views, follow } = world();
  const { follower: other } = await follow();
  const { freshness, freshnessNow: former } = views;
  views.advance(at(11), 8);
  await until('the others know', async () => other.places().at(-1) === `8.${at(11)}`);
  let isFirst = true;
  views.freshness = (version) => {
    const answer = isFirst ? Promise.resolve(former) : freshness.call(views, version);
    isFirst = false;
    return answer;
  };
  const { follower } = await follow(`7.${at(3)}`);
  expect(isFirst).toBe(false);
  await until('a place', async () => follower.places().length > 0);
  expect(follower.notices[0]?.reset).toBe(true);
  expect(follower.places()[0]).toBe(`8.${at(11)}`);
});

test('another generation begins with reset, also for one that was resuming', async () => {
  const { views, follow } = world();
  const { follower } = await follow();
  const { follower: foreign } = await follow('6.3');
  expect(foreign.notices[0]).toMatchObject({ reset: true, place: { generation: 7 } });
  views.advance(at(11), 8);
  await until('both know', async () => [follower, foreign].every((each) => each.places().at(-1) === `8.${at(11)}`));
  expect(follower.notices.at(-1)).toMatchObject({ reset: true, changes: [] });
});

test('too many are refused, one holder has three quarters, and who leaves makes room', async () => {
  const { follow, reading } = world();
  const all = await Promise.all(['a', 'a', 'a', 'a', 'b'].map((holder) => follow(null, {}, holder)));
  expect(all.map(({ outcome }) => outcome.ok)).toEqual([true, true, true, false, true]);
  expect(reading.following()).toEqual({ followers: 4, questions: 1 });
  expect((await follow(null, {}, 'c')).outcome).toMatchObject({ ok: false, problem: { code: 'overloaded' } });
  for (const { outcome } of all) if (outcome.ok) outcome.value.leave();
  expect(reading.following()).toEqual({ followers: 0, questions: 0 });
  expect((await follow(null, {}, 'c')).outcome).toMatchObject(done({}));
});

test('where the process stops each is ended, and none begins', async () => {
  const { follow, stop } = world();
  const { follower } = await follow();
  stop.abort();
  expect(follower.ends).toEqual(['stopping']);
  expect((await follow()).outcome).toMatchObject({ ok: false, problem: { code: 'not-caught-up' } });
});

test('a look that fails is done again, and what it had read is sent then', async () => {
  const { views, follow, change } = world();
  const { follower } = await follow();
  const { laborsById } = views;
  let failures = 2;
  views.laborsById = (...args) => {
    if (failures-- > 0) return Promise.reject(new Error('no answer'));
    return laborsById.apply(views, args);
  };
  change('web-1~0', at(12));
  await until('it came', async () => follower.ids().length === 1);
  expect(failures).toBeLessThan(1);
});
