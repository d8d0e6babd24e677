/** R14: followers of a generation that is continued by another one. */
import type { Position } from '#contracts';
import { GenerationGone } from '#ports';
import { until } from '#testing';
import { at } from '../testing-documents.js';
import { stopAll, world } from './testing-followers.js';

afterEach(stopAll);

/** Views of generation 7, and then of 8, which continues it; each has changes of its own. */
function continued(from: Position) {
  const made = world();
  const { views, change } = made;
  const former: Pick<typeof views, 'changedNow' | 'laborsNow'> & { isGone: boolean } = {
    ...{ changedNow: [], laborsNow: [], isGone: false },
  };
  const { changedLabors, laborsById } = views;
  /** As generation 7 answers from now on. */
  const within = async <T>(generation: number, ask: () => Promise<T>): Promise<T> => {
    if (generation === 8 || views.freshnessNow?.generation.number !== 8) return ask();
    if (former.isGone) throw new GenerationGone(7);
    const { changedNow, laborsNow } = views;
    Object.assign(views, { changedNow: former.changedNow, laborsNow: former.laborsNow });
    const answer = ask();
    Object.assign(views, { changedNow, laborsNow });
    return answer;
  };
  views.changedLabors = (...args) => within(args[0], () => changedLabors.apply(views, args));
  views.laborsById = (...args) => within(args[0], () => laborsById.apply(views, args));
  /** From now on 8 is served; what was changed so far lies in 7 alone. */
  const goOver = (position: Position): void => {
    Object.assign(former, { changedNow: views.changedNow, laborsNow: views.laborsNow });
    Object.assign(views, { changedNow: [], laborsNow: [] });
    views.advance(position, 8);
    const { freshnessNow } = views;
    views.freshnessNow = freshnessNow && {
      ...freshnessNow,
      generation: { ...freshnessNow.generation, continued: { generation: 7, from } },
    };
  };
  return { ...made, former, goOver, change };
}

test('who follows gets what is left of the former one, and what the next has from the place on that both had published', async () => {
  const { follow, change, goOver, views } = continued(at(11));
  const { follower } = await follow();
  change('web-1~0', at(12));
  await until('it came', async () => follower.ids().length === 1);
  // the last of the former one, written as it is left
  change('web-2~0', at(9), at(13));
  goOver(at(12));
  change('web-3~0', at(11));
  change('web-4~0', at(10));
  await until('it went over', async () => follower.ids().includes('web-3~0'));
  expect(follower.ids()).toEqual(['web-1~0', 'web-2~0', 'web-3~0']);
  expect(follower.notices.some(({ reset }) => reset)).toBe(false);
  expect(follower.places()).toContain(`8.${at(11)}`);
  change('web-4~0', at(20));
  views.advance(at(20), 8);
  await until('it goes on', async () => follower.ids().includes('web-4~0'));
});

test('who resumes from a place of the former one is brought to its end, and then up to the present of the next', async () => {
  const { follow, change, goOver } = continued(at(11));
  change('web-1~0', at(5));
  change('web-2~0', at(6), at(14));
  goOver(at(30));
  change('web-3~0', at(11));
  change('web-4~0', at(10));
  change('web-1~0', at(25));
  const { follower } = await follow(`7.${at(5)}`);
  await until('it is brought up', async () => follower.places().at(-1) === `8.${at(30)}`);
  expect(follower.ids()).toEqual(['web-1~0', 'web-2~0', 'web-3~0', 'web-1~0']);
  expect(follower.notices.some(({ reset }) => reset)).toBe(false);
});

test('who is being brought up while another one is served is brought to the end, and gets the rest as the others do', async () => {
  const { follow, change, goOver } = continued(at(11));
  for (let n = 0; n < 1200; n += 1) change(`web-1~${n}`, at(4), at(4 + n));
  let resume: () => void = () => undefined;
  const paused = new Promise<void>((resolve) => (resume = resolve));
  const { follower: other } = await follow();
  const { follower } = await follow(`7.${at(4)}`, {}, 'a', () => paused);
  await until('it has begun', async () => follower.ids().length > 0);
  goOver(at(12));
  change('web-3~0', at(11));
  await until('the others went over', async () => other.places().at(-1)?.startsWith('8.') ?? false);
  resume();
  await until('it is brought up', async () => follower.places().at(-1)?.startsWith('8.') ?? false);
  await until('all came', async () => new Set(follower.ids()).size === 1201);
  expect(follower.notices.some(({ reset }) => reset)).toBe(false);
});

test('where the former one was dropped, and from any other one, they are reset', async () => {
  const { follow, goOver, former, change } = continued(at(11));
  const { follower } = await follow();
  change('web-1~0', at(12));
  await until('it came', async () => follower.ids().length === 1);
  former.isGone = true;
  goOver(at(12));
  await until('it is reset', async () => follower.notices.some(({ reset }) => reset));
  expect(follower.places().at(-1)).toBe(`8.${at(12)}`);
  const { follower: resumed } = await follow(`7.${at(5)}`);
  await until('it is reset, too', async () => resumed.notices.some(({ reset }) => reset));
  const { follower: older } = await follow(`6.${at(5)}`);
  expect(older.notices[0]?.reset).toBe(true);
});

test('a labor that waits for its host is judged by what is known: there it is not written any more', async () => {
  const { follow, change, goOver } = continued(at(11));
  const { follower } = await follow(null, { overdue: true });
  const { follower: all } = await follow();
  change('web-1~0', at(12));
  await until('it came', async () => all.ids().length === 1);
  goOver(at(12));
  await until('it went over', async () => follower.places().at(-1)?.startsWith('8.') ?? false);
  expect(follower.notices.some(({ reset }) => reset)).toBe(false);
});
