/** What is sent to followers that are brought up, beside the others. */
import { at } from '../testing-documents.js';
import type { Notice } from './change.js';
import { Followers, send } from './followers.js';

test('one that is brought up gets no place that others get, but a sign of life', async () => {
  const followers = new Followers(8);
  const join = (isCatchingUp: boolean): Notice[] => {
    const got: Notice[] = [];
    const take = (notice: Notice): void => void got.push(notice);
    followers.join({}, 'a', { take, bring: () => Promise.resolve(true), end: () => undefined }, isCatchingUp);
    return got;
  };
  const [up, behind] = [join(false), join(true)];
  const place = { generation: 7, position: at(5) };
  await send(followers.all(), () => ({ changes: [], place }));
  expect(up).toEqual([{ reset: false, changes: [], place }]);
  expect(behind).toEqual([{ reset: false, changes: [], place: null }]);
});
