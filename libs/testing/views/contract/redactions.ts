/** Redacted events (rule 25): what they said is gone from the list, and the labors that show it are found by them. */
import type { EventDocument, EventFilter, EventRedaction } from '#contracts';
import type { EventId } from '#domain';
import type { Views } from '#ports';
import { at, closed, eventDoc, host, hostDoc, instant, laborDoc, laborId } from './documents.js';
import { newGeneration, type Bench } from './harness.js';

const id = (n: number, name = 'web-1') => `${name}~${n}` as EventId;

function redaction(n: number, change: Partial<EventRedaction> = {}): EventRedaction {
  return { by: 'ann', principal: 'admin', at: instant(n), reason: 'a “password”\n😀', ...change };
}

function redacted(event: EventDocument, by: EventRedaction): EventDocument {
  return { ...event, by: null, note: null, attributes: null, data: null, redacted: by };
}

/** An event that says everything it can. */
function said(n: number, change: Partial<EventDocument> = {}): EventDocument {
  const words = { by: 'agent', note: 'secret', attributes: { pin: 1234 }, data: { deep: ['secret'] } };
  return eventDoc({ n, key: `k${n}`, principal: 'boot-agent', ...words, ...change });
}

async function listed(views: Views, filter: EventFilter): Promise<readonly EventDocument[]> {
  return (await views.reader.events(filter, { sort: 'position', limit: 10, after: null, count: false })).items;
}

export function redactionSuite(bench: Bench): void {
  test('rule 25: by, note, attributes and data of a redacted event go for good; the rest of it and its neighbours stay', async () => {
    const { views, reopen } = bench();
    const generation = await newGeneration(views);
    const events = [said(0), said(1), said(1, { host: host('web-10'), position: at(2) })];
    await views.writer.apply(generation, { events });
    await views.writer.apply(generation, { redactions: [{ event: id(1), redaction: redaction(9) }] });
    const after = redacted(said(1), redaction(9));
    const read = async (some: Views) => {
      expect(await some.reader.event(id(1))).toEqual(after);
      expect(await some.reader.event(id(0))).toEqual(events[0]);
      expect(await some.reader.event(id(1, 'web-10'))).toEqual(events[2]);
      expect(await some.reader.lastByCategory(host('web-1'), 5)).toEqual([after]);
      expect(await listed(some, { host: [host('web-1')] })).toEqual([events[0], after]);
      expect(await listed(some, { by: ['agent'], host: [host('web-1')] })).toEqual([events[0]]);
      expect(await listed(some, { by: ['agent'] })).toHaveLength(2);
      expect(await listed(some, { key: ['k1'], principal: ['boot-agent'] })).toHaveLength(2);
    };
    await read(views);
    await read(await reopen());
  });

  test('rule 25: an event is redacted in the batch that brings it, also by who was there before and does not know it', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const batch = { events: [said(0)], redactions: [{ event: id(0), redaction: redaction(3) }] };
    await views.writer.apply(generation, batch);
    expect(await views.reader.event(id(0))).toEqual(redacted(said(0), redaction(3)));
    await views.writer.apply(generation, { events: [said(0)] });
    // another generation's fold writes the same list
    await views.writer.apply(await newGeneration(views), { events: [said(0)] });
    expect(await views.reader.event(id(0))).toEqual(redacted(said(0), redaction(3)));
  });

  test('rule 25: the first redaction stays, and of an event that is not there nothing does', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const redact = (n: number, by: EventRedaction) =>
      views.writer.apply(generation, { redactions: [{ event: id(n), redaction: by }] });
    await redact(0, redaction(3));
    await views.writer.apply(generation, { events: [said(0)] });
    expect(await views.reader.event(id(0))).toEqual(said(0));
    await redact(0, redaction(4, { by: null, principal: null }));
    await redact(0, redaction(5));
    const first = redacted(said(0), redaction(4, { by: null, principal: null }));
    expect(await views.reader.event(id(0))).toEqual(first);
  });

  test('rule 25: the labors that events opened or closed are loaded by them, each once, beside those of ids', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const labors = [
      closed(laborDoc({ n: 0 }), 1),
      closed(laborDoc({ n: 1 }), 3),
      closed(laborDoc({ n: 2 }), 4, 'waived'),
      ...[1, 2, 10].map((n) => laborDoc({ n: 1, id: laborId(`web-1~1.${n}`) })),
      laborDoc({ n: 10 }),
      laborDoc({ n: 1, host: host('web-10') }),
    ];
    const events = [0, 1, 3, 4, 10].map((n) => eventDoc({ n }));
    await views.writer.apply(generation, { events, labors, hosts: [hostDoc({ n: 10 })] });
    const load = async (laborsOf: readonly EventId[], ids: readonly string[] = []) => {
      const found = await views.writer.load(generation, { laborsOf, labors: ids.map(laborId) });
      return found.labors.map((labor) => labor.id).sort();
    };
    expect(await load([id(1)])).toEqual(['web-1~0', 'web-1~1', 'web-1~1.1', 'web-1~1.10', 'web-1~1.2']);
    expect(await load([id(3)], ['web-1~1', 'web-1~10'])).toEqual(['web-1~1', 'web-1~10']);
    // a waive is no event
    expect(await load([id(4)])).toEqual([]);
    expect(await load([id(0), id(10), id(77), id(0, 'nobody')])).toEqual(['web-1~0', 'web-1~10']);
    expect((await views.writer.load(generation, { laborsOf: [id(0)] })).labors).toEqual([labors[0]]);
    expect(await load([])).toEqual([]);
  });

  test('rule 25: a labor that no longer shows what an event said stays so when a former document is written again', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const opened = { ...laborDoc({ n: 0 }).opened, by: 'agent', note: 'secret' };
    const before = laborDoc({ n: 0, opened });
    const silent = { ...closed(before, 2), opened: { ...opened, by: null, note: null, redacted: true } };
    await views.writer.apply(generation, { labors: [before] });
    await views.writer.apply(generation, { labors: [silent] });
    await views.writer.apply(generation, { labors: [before] });
    expect((await views.reader.labor(generation, before.id))?.labor).toEqual(silent);
  });
}
