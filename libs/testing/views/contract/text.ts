/** Every text of every document comes back as it was. */
import fc from 'fast-check';
import type { TypeName } from '#domain';
import { anyText } from '../../any-text.js';
import { at, closed, eventDoc, hostDoc, instant, laborDoc, parkRecord, quest, questRecord, type } from './documents.js';
import { newGeneration, shareOf, type Bench } from './harness.js';

/** Of all planes, with NUL, controls, and characters that stores are fond of mending. */
const texts = fc.oneof(
  anyText({ maxLength: 12 }),
  fc.constantFrom(
    '',
    '\0',
    'a\0b',
    "'; DROP TABLE labors; --",
    '$where',
    'a.b',
    '\u{1f9ff}\u{10ffff}',
    'é',
    'e\u0301',
    '%_*',
    '\ufeff x ',
  ),
);
const attributes = fc.dictionary(texts, fc.oneof(texts, fc.boolean(), fc.integer()), { maxKeys: 4 });

export function textSuite(bench: Bench): void {
  test('texts of events, labors, hosts and quests come back as they were, and filters find them', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    let n = 0;
    await fc.assert(
      fc.asyncProperty(texts, attributes, async (text, some) => {
        n += 1;
        const data = { [text]: [some, null, { [text]: text }] };
        const event = eventDoc({ n, key: text, by: text, note: text, attributes: some, data });
        const labor = closed(
          laborDoc({
            n,
            assignee: text,
            opened: { ...laborDoc({ n }).opened, by: text, note: text },
            ack: { by: text, principal: text, at: instant(1), note: text, position: at(n) },
          }),
          n,
        );
        const document = hostDoc({ n, host: `h${n}` as never, parked: parkRecord(n, { reason: text }) });
        const record = questRecord(
          n,
          1,
          { creator: text, description: text, references: [{ label: text, key: text }] },
          { parked: parkRecord(n, { reason: text }) },
        );
        await views.writer.apply(generation, { events: [event], labors: [labor], hosts: [document], quests: [record] });
        expect(await views.reader.event(event.id)).toEqual(event);
        expect((await views.reader.labor(generation, labor.id))?.labor).toEqual(labor);
        expect(await views.reader.host(generation, document.host)).toEqual({ ...document, version: 1 });
        expect((await views.reader.quest(generation, record.quest))?.record).toEqual(record);
        const page = { limit: 1, after: null, count: false } as const;
        expect((await views.reader.events({ key: [text] }, { ...page, sort: '-position' })).items).toEqual([event]);
        expect((await views.reader.events({ by: [text] }, { ...page, sort: '-position' })).items).toEqual([event]);
        const found = await views.reader.labors(generation, { assignee: [text] }, { ...page, sort: '-openedAt' });
        expect(found.items.map((row) => row.labor)).toEqual([labor]);
        const made = await views.reader.quests(generation, { creator: [text] }, { ...page, sort: '-id' });
        expect(made.items.map((one) => one.quest)).toEqual([quest(n)]);
      }),
      { numRuns: shareOf(bench(), 60) },
    );
  });

  test('a type named like another with the same beginning is another', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const names: readonly TypeName[] = ['a-b', 'a-b-c', 'a-bb', 'a'].map(type);
    await views.writer.apply(generation, { labors: names.map((name, n) => laborDoc({ n, type: name })) });
    for (const name of names) {
      const page = await views.reader.labors(
        generation,
        { type: [name] },
        { sort: 'host', limit: 9, after: null, count: 100_000 },
      );
      expect(page.items.map(({ labor }) => labor.type)).toEqual([name]);
      expect(page.total).toBe(1);
    }
  });
}
