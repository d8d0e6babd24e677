/** What is written for a change of the catalogue is the change, however large the catalogue is, and however many come in a row. */
import { serialize } from 'node:v8';
import { jest } from '@jest/globals';
import type { EventTypeId, Instant } from '#domain';
import { createMemoryJournal } from '#testing';
import { append, cleanFold, follow, hearHead, newViews, projectorOver, served, tidyUp } from './rig.js';

afterEach(tidyUp);

const TYPES = 200;

test('two hundred event types, defined one after the other, are written once each', async () => {
  const journal = createMemoryJournal();
  const views = await newViews();
  const applied = jest.spyOn(views.writer, 'apply');
  const projector = projectorOver(journal, views);
  await projector.prepare({ rebuild: false });
  await follow(projector);
  let journalBytes = 0;
  for (let id = 1; id <= TYPES; id += 1) {
    const rest = { category: `c${id}`, state: 's', description: 'x'.repeat(100), restricted: false, by: null };
    const recordedAt = '2026-01-01T00:00:00.000Z' as Instant;
    const entry = { kind: 'EventTypeDefined', id: id as EventTypeId, ...rest, recordedAt } as const;
    journalBytes += serialize(entry).length;
    await append(journal, entry);
    if (id % 20 === 0) await hearHead(projector, journal);
  }
  const writes = applied.mock.calls.map(([, { catalogue }]) =>
    catalogue === undefined ? 0 : serialize(catalogue).length,
  );
  const writtenBytes = writes.reduce((sum, bytes) => sum + bytes, 0);
  expect(writtenBytes).toBeLessThan(2 * journalBytes);
  const entries = await views.reader.catalogue(await served(views), 0, 2 * TYPES);
  expect(entries).toHaveLength(TYPES);
  expect(await cleanFold(journal)).toMatchObject({ catalogue: { revision: TYPES } });
});
