/** Names in the views (rule 23): as their stream has them, however it comes, and without any effect on what is judged. */
import { NAMES_STREAM, type NewEntry } from '#contracts';
import { foldNames, noNames, type HostName, type Instant, type NamesEntry } from '#domain';
import { createMemoryJournal, until } from '#testing';
import { append, cleanFold, folded, hearHead, newViews, served, tidyUp } from './rig.js';

afterEach(tidyUp);

const signed = { by: null, recordedAt: '2026-01-01T00:00:00.000Z' as Instant };
const aliased = (host: string, ...names: readonly string[]): NamesEntry => ({
  kind: 'HostAliased',
  host: host as HostName,
  names: names as readonly HostName[],
  ...signed,
});

test('the views hold the names as their stream has them, also those that were there before; a clean fold has the same', async () => {
  const journal = createMemoryJournal();
  await append(journal, aliased('web-1', 'w1'));
  const views = await newViews();
  const projector = await folded(journal, views);
  await append(journal, { kind: 'NameRulesSet', cut: ['lan' as HostName], domain: null, ...signed });
  await append(journal, {
    kind: 'HostAliasesRemoved',
    host: 'web-1' as HostName,
    names: ['w1' as HostName],
    ...signed,
  });
  await append(journal, aliased('web-1', 'w2'));
  await hearHead(projector, journal);
  const entries = await views.reader.names(await served(views), 0, 10);
  expect(entries.map(({ revision }) => revision)).toEqual([0, 1, 2, 3]);
  const names = foldNames(
    noNames,
    entries.map(({ entry }) => entry),
  );
  expect([[...names.aliases], names.rules]).toEqual([[['w2', 'web-1']], { cut: ['lan'], domain: null }]);
  expect(await cleanFold(journal)).toMatchObject({ names: { revision: 4, aliases: [['w2', 'web-1']] } });
});

test('P4: an entry of the names that cannot be read stops its partition, and readiness says so', async () => {
  const journal = createMemoryJournal();
  const views = await newViews();
  const projector = await folded(journal, views);
  const entry = {
    id: crypto.randomUUID(),
    type: 'FromTheFuture',
    version: 1,
    json: '{}',
    recordedAt: signed.recordedAt,
  };
  await journal.append([{ stream: NAMES_STREAM, expected: 'none', entries: [entry satisfies NewEntry] }]);
  await expect(hearHead(projector, journal)).rejects.toThrow("the names' entry");
  await until('it is halted', () => projector.notReady()?.includes('names') === true);
});
