/** A journal that keeps silent costs a request no more than the limit; one that is slow and answers is waited for. */
import { done, failed, type Outcome } from '#contracts';
import { Patience } from './patience.js';

const LIMIT_MS = 60;
const NEVER = new Promise<Outcome<string>>(() => undefined);
const inMs = <T>(ms: number, value: T): Promise<T> => new Promise((wake) => setTimeout(wake, ms, value));

function patience(silentMs: () => number, late: (error: unknown) => void = () => undefined): Patience {
  return new Patience({ silentMs, limitMs: LIMIT_MS, late });
}

test('as long as the journal answers, a request takes what it takes', async () => {
  expect(await patience(() => 0).during(() => inMs(4 * LIMIT_MS, done('stored')))).toEqual(done('stored'));
  const refused = failed({ code: 'malformed', detail: 'so' });
  expect(await patience(() => 10_000).during(async () => refused)).toBe(refused);
});

test('a journal that keeps silent is outcome-unknown after the limit, for each of many requests', async () => {
  const silent = patience(() => 10_000);
  const begunMs = performance.now();
  for (const outcome of await Promise.all(Array.from({ length: 50 }, () => silent.during(() => NEVER)))) {
    expect(outcome).toMatchObject({ ok: false, problem: { code: 'outcome-unknown', retryAfterS: 1 } });
  }
  expect(performance.now() - begunMs).toBeGreaterThanOrEqual(LIMIT_MS - 1);
});

test('the limit counts from the request, and from the last answer of the journal where that is later', async () => {
  const begunMs = performance.now();
  const answeredMs = begunMs + 2 * LIMIT_MS;
  const silentMs = (): number => Math.max(0, performance.now() - answeredMs);
  expect((await patience(silentMs).during(() => NEVER)).ok).toBe(false);
  expect(performance.now() - begunMs).toBeGreaterThanOrEqual(3 * LIMIT_MS - 1);
});

test('an error after the answer is reported; an error before it is the caller’s', async () => {
  const reported: unknown[] = [];
  const silent = patience(
    () => 10_000,
    (error) => reported.push(error),
  );
  const defect = new TypeError('a defect');
  await expect(silent.during(() => Promise.reject(defect))).rejects.toBe(defect);
  expect(reported).toEqual([]);
  const work = inMs(2 * LIMIT_MS, 0).then(() => Promise.reject(defect));
  expect((await silent.during(() => work)).ok).toBe(false);
  await work.catch(() => undefined);
  expect(reported).toEqual([defect]);
});
