/** R12: a history moves into another journal whole, in its order, or it is not served. */
import { encodeEntry, operationStream, questEventUuid, START, type NewEntry, type StoredEntry } from '#contracts';
import type { EventTypeId, HostName, Instant, OperationEntry, OperationId, QuestId } from '#domain';
import { wrapJournal, type Journal } from '#ports';
import {
  createMemoryJournal,
  exportOf,
  faultyJournal,
  importOf,
  ingestRig,
  mortalJournal,
  moverOver,
  report,
} from '#testing';
import { Lease } from '../leases/lease.js';
import { KnownOperations } from '../ingest/operations/known-operations.js';
import { quest } from '../ingest/quests/testing-quests.js';

async function all(journal: Journal): Promise<readonly StoredEntry[]> {
  const entries: StoredEntry[] = [];
  for (let after = START; ;) {
    const page = await journal.readAll(after, 1000);
    if (page.length === 0) return entries.slice(1);
    entries.push(...page);
    after = page.at(-1)!.position;
  }
}

function tested(): NewEntry {
  const recordedAt = '2026-01-01T00:00:00.000Z' as NewEntry['recordedAt'];
  return { id: crypto.randomUUID(), type: 'Tested', version: 1, recordedAt, json: '{}' };
}

async function plain(journal: Journal): Promise<readonly object[]> {
  return (await all(journal)).map(({ position: _, ...entry }) => entry);
}

/** With entries of every kind of stream, by principals and without. */
async function filled(): Promise<Journal> {
  const journal = createMemoryJournal();
  const { ingest, define, operator, reporter } = ingestRig(journal);
  await define();
  for (let nth = 0; nth < 30; nth += 1)
    await ingest.logEvents([report(`h${nth % 5}`, { key: `k${nth}` })], nth % 2 === 0 ? operator : reporter);
  await ingest.aliasHost({ host: 'h1' as HostName, names: ['other' as HostName] }, null, operator);
  await ingest.embarkQuest(quest(['h1', 'h2']), operator);
  await ingest.close();
  return journal;
}

test('an import has the same entries in the same order, also of an import; positions are new', async () => {
  const journal = await filled();
  const copy = createMemoryJournal({ firstPosition: 3n, gaps: () => 1n });
  const mover = await moverOver(copy);
  const outcome = await importOf(mover, await exportOf(journal));
  const head = await copy.head();
  expect(outcome).toMatchObject({
    ok: true,
    value: { position: head.position, source: journal.identity, origin: journal.identity, quests: 1 },
  });
  expect(await plain(copy)).toEqual(await plain(journal));
  expect(mover.imports.refusal()).toBeUndefined();
  expect(mover.imports.origin).toBe(journal.identity);
  // both say the same in their last lines
  const [one, other] = (await Promise.all([exportOf(journal), exportOf(copy)])).map(
    (file) => (JSON.parse(file.trimEnd().split('\n').at(-1)!) as { data: object }).data,
  );
  expect(other).toEqual(one);
  const third = createMemoryJournal();
  expect(await importOf(await moverOver(third), await exportOf(copy))).toMatchObject({
    ok: true,
    value: { source: copy.identity, origin: journal.identity },
  });
  expect(await plain(third)).toEqual(await plain(journal));
});

test('UUIDs of quests go on being derived from the first journal, and numbers beyond its greatest', async () => {
  const journal = await filled();
  const copy = createMemoryJournal();
  const { imports, moving } = await moverOver(copy);
  await importOf({ moving }, await exportOf(journal));
  const { ingest, operator, host } = ingestRig(copy, undefined, undefined, { origin: () => imports.origin });
  const embarked = await ingest.embarkQuest(quest(['h3']), operator);
  expect(embarked).toMatchObject({ ok: true, value: { id: 2 } });
  const { id } = (await host('h3')).at(-1)!;
  expect(id).toBe(questEventUuid(journal.identity, 2 as QuestId, 'h3' as HostName));
  await ingest.close();
});

test('rule 10: nothing is retired under a quest that embarks, from the moment on at which an import is served', async () => {
  const journal = createMemoryJournal();
  for (const { stream, revision, position: _, ...entry } of await all(await filled())) {
    await journal.append([{ stream, expected: revision === 0 ? 'none' : revision - 1, entries: [entry] }]);
    if (entry.type === 'QuestHostsAccepted') break;
  }
  const copy = createMemoryJournal();
  expect(await importOf(await moverOver(copy), await exportOf(journal))).toMatchObject({ ok: true });
  // its embarking has not begun here
  const { ingest, operator } = ingestRig(copy);
  expect(await ingest.moveFate('1', 'retire', operator)).toMatchObject({
    ...{ ok: false, problem: { code: 'in-use', detail: expect.stringContaining('quest 1 is embarking') as string } },
  });
  await ingest.close();
  // and over an import in which it has embarked nothing keeps it
  const whole = createMemoryJournal();
  await importOf(await moverOver(whole), await exportOf(await filled()));
  const other = ingestRig(whole);
  expect(await other.ingest.moveFate('1', 'retire', operator)).toMatchObject({ ok: true });
  await other.ingest.close();
});

test('it goes into an empty journal only; the same again is answered as it was, and another is not taken', async () => {
  const journal = await filled();
  const file = await exportOf(journal);
  const other = await filled();
  const before = await all(other);
  expect(await importOf(await moverOver(other), file)).toMatchObject({
    ok: false,
    problem: { code: 'conflict', detail: expect.stringContaining('has entries') as string },
  });
  expect(await all(other)).toEqual(before);
  const copy = createMemoryJournal();
  const mover = await moverOver(copy);
  const outcome = await importOf(mover, file);
  const imported = await all(copy);
  for (const each of [mover, await moverOver(copy)]) expect(await importOf(each, file)).toEqual(outcome);
  const problems = async (text: string): Promise<string> => {
    const again = await importOf(await moverOver(copy), text);
    return again.ok ? 'taken' : `${again.problem.code}: ${again.problem.detail}`;
  };
  expect(await problems(await exportOf(other))).toMatch(/^conflict: .*already/);
  expect(await problems(`${file.split('\n').slice(0, 9).join('\n')}\n`)).toMatch(/^validation-failed: /);
  const write = { stream: 'host-late', expected: 'any', entries: [tested()] } as const;
  await journal.append([write]);
  expect(await problems(await exportOf(journal))).toMatch(/^conflict: .*stored whole and is served/);
  expect(await all(copy)).toEqual(imported);
  await copy.append([write]);
  const content = outcome.ok ? outcome.value.content : '';
  expect(await problems(file)).toContain(`was imported whole, with the content ${content}`);
});

test('cut at any line it is not served, and the whole file completes it', async () => {
  const journal = await filled();
  const file = await exportOf(journal);
  const lines = file.trimEnd().split('\n');
  for (const kept of [0, 1, 2, 20, lines.length - 1]) {
    const copy = createMemoryJournal();
    const mover = await moverOver(copy);
    const cut = await importOf(
      mover,
      lines
        .slice(0, kept)
        .map((line) => `${line}\n`)
        .join(''),
    );
    expect(cut).toMatchObject({
      ok: false,
      problem: { code: 'validation-failed', errors: [{ path: `line ${kept}` }] },
    });
    // a later process knows, too
    const isEmpty = (await all(copy)).length === 0;
    for (const { imports } of [mover, await moverOver(copy)])
      expect(imports.refusal()?.code).toBe(isEmpty ? undefined : 'import-unfinished');
    expect(await importOf(await moverOver(copy), file)).toMatchObject({ ok: true });
    expect(await plain(copy)).toEqual(await plain(journal));
  }
});

test('a fault in a line is named; of what is stored nothing is served, exported or written to', async () => {
  const file = await exportOf(await filled());
  const lines = file.split('\n');
  lines[25] = lines[25]!.replace('"revision":', '"revision" :');
  const copy = createMemoryJournal();
  const mover = await moverOver(copy);
  expect(await importOf(mover, lines.join('\n'))).toMatchObject({
    ok: false,
    problem: { code: 'validation-failed', errors: [{ path: 'line 26' }] },
  });
  const { ingest, operator } = ingestRig(copy, undefined, undefined, { refusal: () => mover.imports.refusal() });
  expect(await ingest.logEvents([report('h1', { key: 'k' })], operator)).toMatchObject({ ok: false });
  await ingest.close();
});

test('killed before any call that changes something, it is completed by the same file', async () => {
  const journal = await filled();
  const file = await exportOf(journal);
  for (let nth = 1; ; nth += 1) {
    const copy = createMemoryJournal();
    let died = false as boolean;
    const mortal = mortalJournal(copy, (call) => (died ||= call === nth));
    const owner = crypto.randomUUID();
    const importing = moverOver(mortal.journal, { owner }).then((mover) => importOf(mover, file));
    await Promise.race([importing, new Promise<void>((resolve) => setTimeout(resolve, 50))]);
    mortal.kill();
    if (!died) {
      expect(nth).toBeGreaterThan(4);
      return;
    }
    const next = await moverOver(copy, { owner });
    // it may have been complete
    expect(await importOf(next, file)).toMatchObject({ ok: true });
    expect(await plain(copy)).toEqual(await plain(journal));
  }
});

test('where it is not known what was stored, the same file completes it', async () => {
  const journal = await filled();
  const file = await exportOf(journal);
  for (const fault of ['lost', 'stored', 'late', 'failed'] as const) {
    const copy = createMemoryJournal();
    let writes = 0;
    const faulty = faultyJournal(copy, { write: () => ((writes += 1) === 9 ? fault : undefined) });
    const mover = await moverOver(faulty);
    expect(await importOf(mover, file)).toMatchObject({ ok: false, problem: { code: 'store-unavailable' } });
    expect(await importOf(mover, file)).toMatchObject({ ok: true });
    expect(await plain(copy)).toEqual(await plain(journal));
  }
});

test('what others have written in between is found, and it is not served', async () => {
  const file = await exportOf(await filled());
  const copy = createMemoryJournal();
  let writes = 0;
  const rival = (): NewEntry => ({
    id: crypto.randomUUID(),
    type: 'Tested',
    version: 1,
    recordedAt: '2026-01-01T00:00:00.000Z' as NewEntry['recordedAt'],
    json: '{}',
  });
  const faulty = faultyJournal(copy, {
    write: () => {
      if ((writes += 1) === 9) void copy.append([{ stream: 'host-rival', expected: 'any', entries: [rival()] }]);
      return undefined;
    },
  });
  const mover = await moverOver(faulty);
  expect(await importOf(mover, file)).toMatchObject({ ok: false, problem: { code: 'conflict' } });
  expect(mover.imports.refusal()?.code).toBe('import-unfinished');
});

test('before its first entry is sent it is as if it had never begun; from then on it is not, whatever the journal shows', async () => {
  const file = await exportOf(await filled());
  const lines = file.trimEnd().split('\n');
  // killed before: another process has written since
  const begun = createMemoryJournal();
  const { imports } = await moverOver(begun);
  expect(await imports.begin(crypto.randomUUID(), crypto.randomUUID())).toEqual({ ok: true, value: 'empty' });
  await begun.append([{ stream: 'host-rival', expected: 'any', entries: [tested()] }]);
  const next = await moverOver(begun);
  expect(await importOf(next, file)).toMatchObject({ ok: false, problem: { code: 'conflict' } });
  expect(next.imports.refusal()).toBeUndefined();
  // another import takes its place
  const other = createMemoryJournal();
  await (await moverOver(other)).imports.begin(crypto.randomUUID(), crypto.randomUUID());
  expect(await importOf(await moverOver(other), file)).toMatchObject({ ok: true });
  // an append that nobody knows the outcome of
  const sent = createMemoryJournal();
  const lost = await moverOver(faultyJournal(sent, { write: () => 'lost' }));
  expect(await importOf(lost, file)).toMatchObject({ ok: false });
  expect(lost.imports.refusal()?.code).toBe('import-unfinished');
  expect(await importOf(lost, `${lines.slice(0, 5).join('\n')}\n`)).toMatchObject({ ok: false });
  expect((await moverOver(sent)).imports.refusal()?.code).toBe('import-unfinished');
  expect(await importOf(await moverOver(sent), file)).toMatchObject({ ok: true });
});

test('rule 25: an export has nothing of what was redacted, wherever the redaction stands; all else it has', async () => {
  const journal = createMemoryJournal();
  const { ingest, define, operator, reporter } = ingestRig(journal);
  await define();
  const said = { note: 'pass-word', by: 'secretary', attributes: { a: 'at-tribute' }, data: { d: 'da-ta' } };
  await ingest.logEvents(
    [report('h1', { key: 'k1', ...said }), report('h2', { key: 'k1', ...said, note: 'kept' })],
    reporter,
  );
  const whole = await exportOf(journal);
  await ingest.redactEvent('h1~0', { by: null, reason: 'a mistake' }, operator);
  await ingest.close();
  const file = await exportOf(journal);
  const dataOf = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { stream?: string; data: object });
  const of = (text: string, stream: string) => dataOf(text).find((line) => line.stream === stream)?.data;
  expect(of(whole, 'host-h1')).toMatchObject(said);
  const { by: _, note: __, attributes: ___, data: ____, ...left } = of(whole, 'host-h1') as Record<string, unknown>;
  expect(of(file, 'host-h1')).toEqual(left);
  expect(of(file, 'host-h2')).toMatchObject({ ...said, note: 'kept' });
  const copy = createMemoryJournal();
  expect(await importOf(await moverOver(copy), file)).toMatchObject({ ok: true });
  expect(JSON.stringify(await plain(copy))).not.toMatch(/pass-word/);
});

test('rule 25: an export is not resumed behind an event that was redacted since; behind another one it is', async () => {
  const journal = createMemoryJournal();
  const { ingest, define, operator, reporter } = ingestRig(journal);
  await define();
  for (const key of ['k1', 'k2', 'k3'])
    await ingest.logEvents([report('h1', { key, note: `pass-word of ${key}` })], reporter);
  const lines = (await exportOf(journal)).trimEnd().split('\n');
  const behind = (note: string) => {
    const line = lines.find((each) => each.includes(note)) ?? lines[3]!;
    const { position, chain } = JSON.parse(line) as { position: string; chain: string };
    return { position: BigInt(position) as StoredEntry['position'], chain };
  };
  const redacts = await ingest.redactEvent('h1~1', { by: null, reason: 'a mistake' }, operator);
  expect(redacts.ok).toBe(true);
  await ingest.close();
  const { moving } = await moverOver(journal);
  for (const note of ['pass-word of k2', 'pass-word of k3'])
    expect(await moving.export(behind(note))).toMatchObject({
      ...{
        ok: false,
        problem: { code: 'conflict', detail: expect.stringContaining('begin the export again') as string },
      },
    });
  const rest = await exportOf(journal, behind('pass-word of k1'));
  expect(rest).not.toContain('pass-word of k2');
  expect(rest).toContain('pass-word of k3');
  // what was redacted before the place the first part did not have
  const [redaction] = (await all(journal)).slice(-1);
  expect(await moving.export({ position: redaction!.position, chain: '0'.repeat(64) })).toMatchObject({ ok: true });
});

/** Each look at the time finds it this much later. */
function slowClock(ms: number): () => number {
  let nowMs = 0;
  return () => (nowMs += ms);
}

test('while it takes long to look up what was redacted, an export says so; it is imported all the same', async () => {
  const journal = await filled();
  const { moving } = await moverOver(journal, { monotonicMs: slowClock(10_000) });
  const textOf = async () => {
    const exported = await moving.export(null);
    if (!exported.ok) throw new Error(exported.problem.detail);
    let text = '';
    for await (const some of exported.value.texts) text += some;
    return text;
  };
  const file = await textOf();
  const types = file.split('\n').map((line) => /"type":"([^"]*)"/.exec(line)?.[1]);
  expect(types.slice(0, 3)).toEqual([
    'hermes.export.begun',
    'hermes.export.waiting',
    'hermes.journal.EventTypeDefined',
  ]);
  const copy = createMemoryJournal();
  expect(await importOf(await moverOver(copy), file)).toMatchObject({ ok: true });
  expect(await plain(copy)).toEqual(await plain(journal));
  // what was looked up once is known
  expect(await textOf()).not.toContain('hermes.export.waiting');
});

test('an export that is resumed answers in time, and goes on looking where it was when it is asked again', async () => {
  const journal = await filled();
  const line = (await exportOf(journal)).split('\n')[5]!;
  const { position, chain } = JSON.parse(line) as { position: string; chain: string };
  const place = { position: BigInt(position) as StoredEntry['position'], chain };
  // ten entries a page, each of which takes long
  const slow = wrapJournal(journal, { maxReadEntries: 10 });
  const { moving } = await moverOver(slow, { monotonicMs: slowClock(20_000) });
  let tries = 1;
  for (; ; tries += 1) {
    const outcome = await moving.export(place);
    if (outcome.ok) break;
    expect(outcome.problem).toMatchObject({
      ...{ code: 'overloaded', detail: expect.stringContaining('goes on there') as string, retryAfterS: 1 },
    });
  }
  expect(tries).toBeGreaterThan(1);
});

test('R13: an import of entries that not every process reads ends there, with its line, and is completed once all do', async () => {
  const journal = await filled();
  const late = encodeEntry(
    { kind: 'EventTypeRetired', id: 1 as EventTypeId, by: null, recordedAt: '2026-01-31T10:00:00.000Z' as Instant },
    '00000000-0000-8000-8000-000000000001',
  );
  await journal.append([{ stream: 'catalogue', expected: 'any', entries: [late] }]);
  const file = await exportOf(journal);
  const copy = createMemoryJournal();
  // as of a build whose older sister reads nothing of this
  let all = false as boolean;
  const entries = { allows: () => Promise.resolve(all) };
  const mover = await moverOver(copy, { entries });
  expect(await importOf(mover, file)).toMatchObject({
    ok: false,
    problem: { code: 'store-unavailable', detail: expect.stringMatching(/line 2: not every process reads/) as string },
  });
  expect((await copy.head()).revision).toBe(0);
  expect(mover.imports.refusal()?.code).toBe('import-unfinished');
  all = true;
  expect(await importOf(mover, file)).toMatchObject({ ok: true });
  expect(await plain(copy)).toEqual(await plain(journal));
});

test('R14: what came with an import is known apart from what comes after it, also after a restart', async () => {
  const file = await exportOf(await filled());
  const copy = createMemoryJournal();
  const mover = await moverOver(copy);
  await importOf(mover, file);
  const { position: last } = await copy.head();
  await copy.append([{ stream: 'host-late', expected: 'any', entries: [tested()] }]);
  const { position: next } = await copy.head();
  for (const { imports } of [mover, await moverOver(copy)])
    expect([imports.isImported(last), imports.isImported(next)]).toEqual([true, false]);
  expect((await moverOver(createMemoryJournal())).imports.isImported(last)).toBe(false);
});

test('an export ends at the end that it found, and is resumed behind any of its lines', async () => {
  const journal = await filled();
  const { moving } = await moverOver(journal);
  const exported = await moving.export(null);
  if (!exported.ok) throw new Error(exported.problem.detail);
  const before = await plain(journal);
  await journal.append([
    {
      stream: 'host-late',
      expected: 'any',
      entries: [
        {
          id: crypto.randomUUID(),
          type: 'Tested',
          version: 1,
          recordedAt: '2026-01-01T00:00:00.000Z' as NewEntry['recordedAt'],
          json: '{}',
        },
      ],
    },
  ]);
  let file = '';
  for await (const text of exported.value.texts) file += text;
  expect(file).not.toContain('host-late');
  const kept = file.split('\n').slice(0, 17);
  const { position, chain } = JSON.parse(kept.at(-1)!) as { position: string; chain: string };
  const rest = await exportOf(journal, { position: BigInt(position) as StoredEntry['position'], chain });
  const copy = createMemoryJournal();
  expect(await importOf(await moverOver(copy), `${kept.join('\n')}\n${rest}`)).toMatchObject({ ok: true });
  expect((await plain(copy)).slice(0, -1)).toEqual(before);
  expect(await moving.export({ position: START, chain })).toMatchObject({
    ok: false,
    problem: { code: 'validation-failed' },
  });
});

test('one import at a time; none where it is read-only', async () => {
  const file = await exportOf(await filled());
  const copy = createMemoryJournal();
  const [one, other] = [await moverOver(copy), await moverOver(copy)];
  const outcomes = await Promise.all([importOf(one, file), importOf(one, file), importOf(other, file)]);
  // the third waited for the first, and found it whole
  expect(outcomes).toMatchObject([{ ok: true }, { ok: false, problem: { code: 'overloaded' } }, { ok: true }]);
  // a holder that was killed is waited for
  const dead = createMemoryJournal();
  await new Lease({ journal: dead, name: 'import', owner: crypto.randomUUID() }).hold();
  expect(await importOf(await moverOver(dead), file)).toMatchObject({ ok: true });
  expect(await importOf(await moverOver(createMemoryJournal(), { readOnly: true }), file)).toMatchObject({
    ok: false,
    problem: { code: 'read-only' },
  });
});

test('an operation that is not over is carried on where it was imported, and its results name positions of that journal', async () => {
  const journal = createMemoryJournal();
  const [begun, over] = [crypto.randomUUID(), crypto.randomUUID()] as [OperationId, OperationId];
  for (const id of [begun, over])
    await journal.append([{ stream: operationStream(id), expected: 'none', entries: operationEntries(id === over) }]);
  const copy = createMemoryJournal({ firstPosition: 1n, gaps: () => 1n });
  await importOf(await moverOver(copy), await exportOf(journal));
  const known = new KnownOperations(copy, { nowMs: () => Date.UTC(2026, 5, 1) });
  expect(await known.all()).toEqual([over, begun]);
  expect(await known.open()).toMatchObject([{ id: begun, principal: 'ann' }]);
  const { ingest } = ingestRig(copy);
  const advanced = (await all(copy)).filter(({ type }) => type === 'OperationAdvanced');
  const results = await ingest.operationResults(begun, { limit: 10, after: null });
  expect(results).toMatchObject({
    ok: true,
    value: {
      items: [
        { id: 'h~0', state: 'done', position: advanced[0]!.position },
        { id: 'i~0', state: 'waiting' },
      ],
    },
  });
  await ingest.close();
});

/** Of two listings, of which the second is done with where it is over. */
function operationEntries(isOver: boolean): readonly NewEntry[] {
  const of = { by: null, recordedAt: '2026-01-01T00:00:00.000Z' as NewEntry['recordedAt'] };
  const advanced = {
    kind: 'OperationAdvanced',
    position: '18446744073709551000',
    refused: [],
    refusedInAll: [],
    ...of,
  } as const;
  const entries: OperationEntry[] = [
    { kind: 'OperationDrafted', command: { kind: 'LaborNoted', text: 'x', by: null }, where: null, ...of },
    { kind: 'OperationListed', nth: 1, ids: ['h~0'], found: 1, after: [], ...of },
    { kind: 'OperationListed', nth: 2, ids: ['i~0'], found: 2, after: [], ...of },
    { kind: 'OperationAccepted', listings: 2, found: 2, ...of },
    { ...advanced, nth: 1, done: 1 },
  ];
  if (isOver) entries.push({ ...advanced, nth: 2, done: 2 });
  return entries.map((entry) => encodeEntry(entry, crypto.randomUUID(), { principal: 'ann' }));
}
