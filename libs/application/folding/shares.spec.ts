/** P9: shares are bounded for each host, each round and each batch, and every round gets somewhere. */
import type { HostName } from '#domain';
import { BATCH_EFFECTS, BatchShares, ROUND_EFFECTS, SHARE_EFFECTS, SMALL_EFFECTS } from './shares.js';

const host = (n: number) => `h${n}` as HostName;

test('a host has its share in a batch, however many rounds that takes; then it has used it up', () => {
  const shares = new BatchShares();
  const first = shares.round();
  expect(first.allowance(host(1))).toEqual({ effects: SHARE_EFFECTS, first: false });
  first.spent(host(1), 1500);
  const second = shares.round();
  const allowance = second.allowance(host(1));
  expect(allowance).toEqual({ effects: SHARE_EFFECTS - 1500, first: false });
  expect(second.isUsedUp(host(1), allowance)).toBe(true);
});

test('where the round is full and the share is not, the host is left for the next round, in which it has its share', () => {
  const shares = new BatchShares();
  const round = shares.round();
  for (let n = 0; n < 2; n += 1) round.spent(host(n), ROUND_EFFECTS / 2 - 50);
  const allowance = round.allowance(host(9));
  expect(allowance.effects).toBe(100);
  expect(round.isUsedUp(host(9), allowance)).toBe(false);
  expect(shares.round().allowance(host(9)).effects).toBe(SHARE_EFFECTS);
});

test('what was not written is of no share, neither of the host nor of the batch', () => {
  const shares = new BatchShares();
  for (let n = 0; n < BATCH_EFFECTS / 1000; n += 1) {
    const round = shares.round();
    round.spent(host(1), 1000);
    round.notWritten(host(1), 1000);
  }
  expect(shares.round().allowance(host(1)).effects).toBe(SHARE_EFFECTS);
});

test('once the batch is expensive, a host that needs more than a little is set behind, and one that has used more', () => {
  const shares = new BatchShares();
  for (let n = 0; n < BATCH_EFFECTS / 1000; n += 1) shares.round().spent(host(n), 1000);
  const round = shares.round();
  const fresh = round.allowance(host(100));
  expect(fresh.effects).toBe(SMALL_EFFECTS);
  expect(round.isUsedUp(host(100), fresh)).toBe(true);
  expect(round.allowance(host(1)).effects).toBe(0);
  expect(round.isUsedUp(host(1), { effects: 0, first: false })).toBe(true);
});
