/** A wait ends when its condition holds, when its limit has passed, or with an error of the condition. */
import { eventually, until } from './until.js';

const limits = { limitMs: 30, everyMs: 1 };

test('a condition is tried until it holds', async () => {
  for (const everyMs of [0, 1]) {
    let tries = 0;
    await until('the third try', () => (tries += 1) === 3, { everyMs });
    expect(tries).toBe(3);
  }
});

test('after the limit the error says what was waited for and what was seen last', async () => {
  let tries = 0;
  const never = () => {
    tries += 1;
    return false;
  };
  await expect(until('the end', never, limits)).rejects.toThrow('not within 30 ms: the end');
  await expect(until('the end', never, { ...limits, seen: () => tries })).rejects.toThrow(/: the end; last seen: \d+$/);
});

test('an error of a condition ends the wait', async () => {
  const failing = () => Promise.reject(new Error('it is gone'));
  await expect(until('the end', failing, limits)).rejects.toThrow('it is gone');
});

test('an attempt is made until it does not throw, and its result is answered', async () => {
  let tries = 0;
  const third = () => {
    tries += 1;
    expect(tries).toBe(3);
    return 'done';
  };
  expect(await eventually('the third try', third)).toBe('done');
});

test('after the limit the error quotes what the last attempt threw', async () => {
  const refused = () => Promise.reject(new Error('ECONNREFUSED'));
  await expect(eventually('it listens', refused, limits)).rejects.toThrow(
    'not within 30 ms: it listens; last seen: Error: ECONNREFUSED',
  );
});

test('a condition that never answers ends with the limit', async () => {
  const silent = () => new Promise<boolean>(() => undefined);
  await expect(until('an answer', silent, { ...limits, seen: () => 'nothing' })).rejects.toThrow(
    'not within 30 ms: an answer; last seen: nothing',
  );
});
