/** Leases: one holder at a time, freed by silence as the candidate's own clock measures it, and never by another's clock. */
import { createMemoryJournal } from '#testing';
import { Lease, LEASE_MS } from './lease.js';

function rig() {
  const journal = createMemoryJournal();
  let nowMs = 1_000_000;
  const lease = (owner: string, skewMs = 0) =>
    new Lease({ journal, name: 'relay', owner, nowMs: () => nowMs + skewMs });
  return { journal, lease, pass: (ms: number) => void (nowMs += ms) };
}

test('one has it, others do not; it is had at once when it is released', async () => {
  const { lease } = rig();
  const [ann, bob] = [lease('ann'), lease('bob')];
  expect(await ann.hold()).toBe(true);
  expect(await bob.hold()).toBe(false);
  await ann.release();
  expect(await bob.hold()).toBe(true);
  expect(await ann.hold()).toBe(false);
});

test('a holder that goes on asking keeps it; one that falls silent loses it after the time of the lease', async () => {
  const { lease, pass } = rig();
  const [ann, bob] = [lease('ann'), lease('bob')];
  await ann.hold();
  for (let passed = 0; passed < 4 * LEASE_MS; passed += 1000) {
    pass(1000);
    expect([await ann.hold(), await bob.hold()]).toEqual([true, false]);
  }
  pass(LEASE_MS - 1);
  expect(await bob.hold()).toBe(false);
  pass(1);
  expect(await bob.hold()).toBe(true);
  // the one that was silent hears of it when it asks
  expect(await ann.hold()).toBe(false);
});

test('the silence counts from when the candidate first saw it, whatever its clock says', async () => {
  const { lease, pass } = rig();
  const ann = lease('ann', -10_000_000);
  const late = lease('late', 10_000_000);
  await ann.hold();
  pass(3 * LEASE_MS);
  expect(await late.hold()).toBe(false);
  pass(LEASE_MS);
  expect(await late.hold()).toBe(true);
});

test('a process that keeps its name over a restart need not wait for itself', async () => {
  const { lease } = rig();
  await lease('the only one').hold();
  expect(await lease('the only one').hold()).toBe(true);
});

test('of two that find it free at once, one has it', async () => {
  const { lease } = rig();
  const candidates = ['a', 'b', 'c', 'd'].map((owner) => lease(owner));
  const had = await Promise.all(candidates.map((each) => each.hold()));
  expect(had.filter(Boolean)).toHaveLength(1);
});

test('a renewal whose outcome is not known is looked at again, and leaves no second holder', async () => {
  const { journal, pass } = rig();
  let lose = false;
  const flaky = {
    readState: (name: string) => journal.readState(name),
    writeState: async (name: string, value: string, version: number) => {
      const written = await journal.writeState(name, value, version);
      return lose ? ('unknown' as const) : written;
    },
  };
  let nowMs = 0;
  const ann = new Lease({ journal: flaky, name: 'relay', owner: 'ann', nowMs: () => nowMs });
  expect(await ann.hold()).toBe(true);
  lose = true;
  nowMs += 2000;
  pass(2000);
  expect(await ann.hold()).toBe(false);
  lose = false;
  expect(await ann.hold()).toBe(true);
  await ann.release();
  expect(await new Lease({ journal, name: 'relay', owner: 'bob', nowMs: () => nowMs }).hold()).toBe(true);
});
