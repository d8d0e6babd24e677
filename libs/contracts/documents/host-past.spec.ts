/** R11: what was said of a host as of a place, from what its past keeps. */
import { hostDoc, positionAt as at } from '#testing';
import {
  aboutAsOf,
  hostChangeOf,
  hostPastWith,
  MAX_HOST_PAST,
  MAX_HOST_PAST_CHARACTERS,
  NO_HOST_PAST,
  packHostPast,
  unpackHostPast,
  type HostAbout,
} from './host-past.js';
import type { HostChange } from './hosts.js';

const retired = { by: 'ann', principal: null, at: '2024-01-01T00:00:00.000Z', reason: 'sold' } as HostAbout['retired'];

/** The host after the last of these, of which the n-th came of entry n. */
function hostAfter(all: readonly HostAbout[]) {
  const changes: HostChange[] = [];
  let before: HostAbout = { attributes: {}, retired: null, inventories: [] };
  for (const [n, after] of all.entries()) {
    const change = hostChangeOf(before, after, at(n));
    if (change !== undefined) changes.push(change);
    before = after;
  }
  const past = hostPastWith(NO_HOST_PAST, changes);
  expect(unpackHostPast(packHostPast(past))).toEqual(past);
  return { state: { ...hostDoc().state, ...before }, past, position: at(all.length) };
}

test('rule 23: attributes, retirement and inventories are those of then', () => {
  const first = { attributes: { role: 'web', rack: 3 }, retired: null, inventories: [] };
  const all: HostAbout[] = [first];
  const last = () => all.at(-1) ?? first;
  all.push({ ...last(), inventories: ['cmdb'] });
  all.push({ ...last(), attributes: { owner: 'ann', role: 'db' } });
  all.push({ ...last() });
  all.push({ ...last(), retired });
  all.push({ ...last(), retired: null, inventories: ['cmdb', 'dc'], attributes: {} });
  const host = hostAfter(all);
  expect(host.past.changes).toHaveLength(5);
  for (const [n, about] of all.entries()) expect(aboutAsOf(host, at(n))).toEqual({ ...about, isExact: true });
  const before = { attributes: {}, retired: null, inventories: [], isExact: true };
  expect(aboutAsOf(host, (at(0) - 1n) as ReturnType<typeof at>)).toEqual(before);
});

test('an attribute may be called as what every object has', () => {
  const none: HostAbout = { attributes: {}, retired: null, inventories: [] };
  const all = [none, { ...none, attributes: { toString: 'x', hasOwnProperty: true, role: 'web' } }, none];
  const host = hostAfter(all);
  expect(structuredClone(host.past)).toEqual(host.past);
  for (const [n, about] of all.entries()) expect(aboutAsOf(host, at(n))).toEqual({ ...about, isExact: true });
});

test('of more changes than are kept, or longer ones, the oldest are forgotten, and that is said', () => {
  const many = Array.from({ length: MAX_HOST_PAST + 5 }, (_, n) => ({ ...hostDoc().state, attributes: { n } }));
  const host = hostAfter(many);
  expect([host.past.changes.length, host.past.forgotten]).toEqual([MAX_HOST_PAST, 5]);
  expect(aboutAsOf(host, at(5))).toMatchObject({ attributes: { n: 5 }, isExact: true });
  expect(aboutAsOf(host, at(4))).toMatchObject({ attributes: { n: 4 }, isExact: false });
  expect(aboutAsOf(host, at(1))).toMatchObject({ attributes: { n: 4 }, isExact: false });

  const long = 'x'.repeat(MAX_HOST_PAST_CHARACTERS / 4);
  // after its last entry a host is as it is
  expect(aboutAsOf({ ...host, past: { changes: [], forgotten: 7 } }, host.position)).toMatchObject({ isExact: true });

  const wide = hostAfter(many.slice(0, 9).map((state, n) => ({ ...state, attributes: { text: `${long}${n}` } })));
  expect([wide.past.changes.length, wide.past.forgotten]).toEqual([3, 6]);
});
