/** What events did, by the labors that name them. */
import type { EventId, FateId, LaborId } from '#domain';
import type { EventEffects, ViewsReader } from '#ports';
import {
  at,
  closed,
  eventDoc,
  host,
  hostDoc,
  instant,
  laborDoc,
  laborId,
  parkRecord,
  repeat,
  type,
} from './documents.js';
import { newGeneration, type Bench } from './harness.js';

const id = (n: number, name = 'web-1') => `${name}~${n}` as EventId;
const kept = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => repeat(from + n));

/** Without what is of its host; labors sorted. */
async function laborsOf(reader: ViewsReader, generation: number, event: EventId) {
  const [found] = await reader.effects(generation, [event]);
  const sorted = (labors: readonly LaborId[] = []) => [...labors].sort();
  return {
    opened: sorted(found?.opened),
    closed: sorted(found?.closed),
    absorbed: sorted(found?.absorbed),
    perhaps: sorted(found?.perhapsAbsorbed),
  };
}

const NOTHING = { opened: [], closed: [], absorbed: [], perhaps: [] };

export function effectSuite(bench: Bench): void {
  test('an event’s labors are those that it opened, its follow-ups, and those that it closed; never those of its neighbours', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const events = [0, 1, 5, 10, 11].map((n) => eventDoc({ n }));
    const labors = [
      closed(laborDoc({ n: 0 }), 1),
      closed(laborDoc({ n: 1 }), 5, 'waived'),
      ...[1, 2, 9, 10].map((n) => laborDoc({ n: 1, id: laborId(`web-1~1.${n}`) })),
      laborDoc({ n: 10 }),
      laborDoc({ n: 11, id: laborId('web-1~11.1') }),
      closed(laborDoc({ n: 1, host: host('web-10') }), 11),
    ];
    await views.writer.apply(generation, { events, labors, hosts: [hostDoc({ n: 11 })] });
    const read = (n: number) => laborsOf(views.reader, generation, id(n));
    expect(await read(0)).toEqual({ ...NOTHING, opened: [id(0)] });
    const followUps = ['web-1~1', 'web-1~1.1', 'web-1~1.10', 'web-1~1.2', 'web-1~1.9'];
    expect(await read(1)).toEqual({ ...NOTHING, opened: followUps, closed: ['web-1~0'] });
    // a waive is no event
    expect(await read(5)).toEqual(NOTHING);
    expect(await read(10)).toEqual({ ...NOTHING, opened: ['web-1~10'] });
    // by place: whatever host the closed labor says
    expect(await read(11)).toEqual({ ...NOTHING, opened: ['web-1~11.1'], closed: ['web-10~1'] });
  });

  test('a labor’s closing moves from no event to one, and a reopened one is closed by none', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const open = laborDoc({ n: 0 });
    const write = (labor: typeof open) => views.writer.apply(generation, { labors: [labor] });
    await views.writer.apply(generation, { events: [eventDoc({ n: 0 }), eventDoc({ n: 4 }), eventDoc({ n: 6 })] });
    await write(open);
    await write(closed(open, 4));
    expect((await laborsOf(views.reader, generation, id(4))).closed).toEqual([open.id]);
    await write({ ...open, position: at(5) });
    expect((await laborsOf(views.reader, generation, id(4))).closed).toEqual([]);
    await write(closed(open, 6));
    expect((await laborsOf(views.reader, generation, id(6))).closed).toEqual([open.id]);
  });

  test('an event that was counted is found as long as the labor keeps its place; of one forgotten it is said which labor may have counted it', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const counting = (last: number) => {
      const absorbed = kept(Math.max(2, last - 99), last);
      return laborDoc({ n: 1, occurrences: last, absorbed, lastSeen: instant(last), position: at(last) });
    };
    const other = type('reboot-completed');
    const events = [
      ...[0, 1, 2, 3, 101, 104, 105].map((n) => eventDoc({ n })),
      ...[eventDoc({ n: 4, type: other }), eventDoc({ n: 5, duplicate: true }), eventDoc({ n: 2, host: host('a') })],
    ];
    await views.writer.apply(generation, { events, labors: [laborDoc({ n: 0, type: other }), counting(2)] });
    const read = (n: number, name?: string) => laborsOf(views.reader, generation, id(n, name));
    expect(await read(2)).toEqual({ ...NOTHING, absorbed: ['web-1~1'] });
    expect(await read(3)).toEqual(NOTHING);
    await views.writer.apply(generation, { labors: [counting(101)] });
    expect((await read(2)).absorbed).toEqual(['web-1~1']);
    await views.writer.apply(generation, { labors: [counting(105)] });
    expect(await read(2)).toEqual({ ...NOTHING, perhaps: ['web-1~1'] });
    expect(await read(3)).toEqual({ ...NOTHING, perhaps: ['web-1~1'] });
    expect(await read(105)).toEqual({ ...NOTHING, absorbed: ['web-1~1'] });
    // of another type, a repeat, of another host, before the labor, the labor's own
    expect(await read(4)).toEqual(NOTHING);
    expect(await read(5)).toEqual(NOTHING);
    expect(await read(2, 'a')).toEqual(NOTHING);
    expect(await read(0)).toEqual({ ...NOTHING, opened: ['web-1~0'] });
    expect(await read(1)).toEqual({ ...NOTHING, opened: ['web-1~1'] });
    // an older document changes nothing
    await views.writer.apply(generation, { labors: [counting(50)] });
    expect((await read(105)).absorbed).toEqual(['web-1~1']);
    expect(await read(2)).toEqual({ ...NOTHING, perhaps: ['web-1~1'] });
    expect((await views.reader.labor(generation, laborId('web-1~1')))?.labor).toEqual(counting(105));
  });

  test('each is answered with what its host has applied, in the order asked for, known or not', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    await views.writer.apply(generation, {
      events: [eventDoc({ n: 3 })],
      hosts: [hostDoc({ n: 7 }), hostDoc({ n: 2, host: host('web-2'), parked: parkRecord(3) })],
    });
    const asked = [id(9), id(3), id(3, 'web-2'), id(0, 'nobody')];
    const nothing = { opened: [], closed: [], absorbed: [], perhapsAbsorbed: [] };
    expect(await views.reader.effects(generation, asked)).toEqual<readonly EventEffects[]>([
      { event: id(9), applied: 7, parked: false, ...nothing },
      { event: id(3), applied: 7, parked: false, ...nothing },
      { event: id(3, 'web-2'), applied: 2, parked: true, ...nothing },
      { event: id(0, 'nobody'), applied: -1, parked: false, ...nothing },
    ]);
    expect(await views.reader.effects(generation, [])).toEqual([]);
  });

  test('the fates that have fired are those that open labors name, once each, whatever became of these', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    expect(await views.reader.firedFates(generation)).toEqual([]);
    const openedBy = (n: number, fate: number) => {
      const labor = laborDoc({ n });
      return { ...labor, opened: { ...labor.opened, fate: fate as FateId } };
    };
    await views.writer.apply(generation, { labors: [openedBy(0, 3), openedBy(1, 12), openedBy(2, 3)] });
    await views.writer.apply(generation, { labors: [closed(openedBy(0, 3), 7), openedBy(3, 12)] });
    const fired = await views.reader.firedFates(generation);
    expect([...fired].sort((a, b) => a - b)).toEqual([3, 12]);
    expect(await views.reader.firedFates(await newGeneration(views))).toEqual([]);
  });
}
