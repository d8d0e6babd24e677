/** Stored entries that this Hermes cannot read: each is refused with a short reason that names the field. */
import type { NewEntry } from '../entries.js';
import { decodeCatalogueEntry, decodeHostEntry, decodeQuestEntry } from './index.js';
import { HOST_STREAM, ID, reasonOf, stored } from './testing-entries.js';

const logged: NewEntry = {
  id: ID,
  type: 'EventLogged',
  version: 1,
  recordedAt: '2026-01-31T10:00:00.000Z' as NewEntry['recordedAt'],
  json: '{"category":"disk","state":"full","at":"2026-01-31T10:00:00.000Z"}',
};

const damaged: readonly (readonly [what: string, json: string, reason: RegExp])[] = [
  ['no instant', '{"category":"a","state":"b","at":"2026-01-31"}', /at is "2026-01-31"/],
  ['an instant that never was', '{"category":"a","state":"b","at":"2026-02-29T00:00:00.000Z"}', /at is "2026-02-29/],
  ['an instant with an offset', '{"category":"a","state":"b","at":"2026-02-28T00:00:00.00+1"}', /at is/],
  ['no pair', '{"state":"b","at":"2026-01-31T10:00:00.000Z"}', /category is missing/],
  ['a name that is none', '{"category":"A","state":"b","at":"2026-01-31T10:00:00.000Z"}', /category is "A"/],
  [
    'an infinite attribute',
    '{"category":"a","state":"b","at":"2026-01-31T10:00:00.000Z","attributes":{"x":1e999}}',
    /"x"/,
  ],
  [
    'a null attribute',
    '{"category":"a","state":"b","at":"2026-01-31T10:00:00.000Z","attributes":{"x":null}}',
    /"x" in attributes is null/,
  ],
  [
    'a polluting attribute',
    '{"category":"a","state":"b","at":"2026-01-31T10:00:00.000Z","attributes":{"__proto__":1}}',
    /__proto__/,
  ],
  ['a quest that is none', '{"category":"a","state":"b","at":"2026-01-31T10:00:00.000Z","quest":0}', /quest is 0/],
  ['a list', '[]', /the data is an array/],
  ['nothing', '', /not JSON/],
  ['null', 'null', /the data is null/],
];

test('P4: a version or type of a later Hermes is named, with those that this one reads', () => {
  expect(reasonOf(decodeHostEntry(stored(HOST_STREAM, { ...logged, version: 3 })))).toMatch(
    /"EventLogged" version 3 .* reads EventLogged of version 1 to 2/,
  );
  expect(reasonOf(decodeHostEntry(stored(HOST_STREAM, { ...logged, type: 'LaborSnoozed', version: 3 })))).toMatch(
    /"LaborSnoozed" version 3 .* reads EventLogged \(version 1 to 2\), LaborAcknowledged .*, LaborAssigned .*, LaborWaived/,
  );
  expect(reasonOf(decodeHostEntry(stored(HOST_STREAM, { ...logged, version: 0 })))).toContain('version 0');
});

test('an entry is read only from a stream of its kind', () => {
  expect(decodeHostEntry(stored(HOST_STREAM, logged)).ok).toBe(true);
  for (const stream of ['catalogue', 'quest-7', 'journal', 'host-WEB', 'host- web', '']) {
    expect(reasonOf(decodeHostEntry(stored(stream, logged)))).toContain(JSON.stringify(stream));
  }
  const retired = { ...logged, type: 'FateRetired', json: '{"id":1}' };
  expect(decodeCatalogueEntry(stored('catalogue', retired)).ok).toBe(true);
  expect(decodeCatalogueEntry(stored('quest-7', retired)).ok).toBe(false);
  expect(decodeQuestEntry(stored('quest-7', retired)).ok).toBe(false);
});

test.each(damaged)('damaged data is reported: %s', (_what, json, reason) => {
  expect(reasonOf(decodeHostEntry(stored(HOST_STREAM, { ...logged, json })))).toMatch(reason);
});

test('data that is nested too deep to be shown is damaged like any', () => {
  const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
  const json = logged.json.replace('}', `,"note":${deep}}`);
  expect(reasonOf(decodeHostEntry(stored(HOST_STREAM, { ...logged, json })))).toMatch(/note is an array/);
});

test('names and instants stand in the one way in which they are written', () => {
  const entry = (type: string, data: object) => ({ ...logged, type, json: JSON.stringify(data) });
  const listed = (hosts: unknown) => entry('QuestHostsListed', { batch: ID, hosts });
  expect(decodeQuestEntry(stored('quest-7', listed(['web-1']))).ok).toBe(true);
  for (const name of ['WEB-1', ' web-1', 'web-1.', '-'])
    expect(reasonOf(decodeQuestEntry(stored('quest-7', listed(['a', name]))))).toContain(JSON.stringify(name));
  for (const batch of [ID.toUpperCase().replace('8', 'A'), `${ID}0`, ''])
    expect(decodeQuestEntry(stored('quest-7', entry('QuestHostsEmbarked', { batch }))).ok).toBe(false);
  const assigned = (labor: string) => decodeHostEntry(stored(HOST_STREAM, entry('LaborAssigned', { labor })));
  expect(assigned('web-1~1.2').ok).toBe(true);
  for (const labor of ['WEB-1~1', 'web-1.~1', 'web-1~01', 'web-1~1.0', 'web-1~9007199254740993', 'web-1'])
    expect(reasonOf(assigned(labor))).toContain(JSON.stringify(labor));
  const recordedAt = '2026-01-31T10:00:00Z' as NewEntry['recordedAt'];
  expect(reasonOf(decodeHostEntry(stored(HOST_STREAM, { ...logged, recordedAt })))).toContain('recordedAt is');
});

test('a reason stays short, whatever it is about', () => {
  const long = 'x'.repeat(100_000);
  const reasons = [
    decodeHostEntry(stored(HOST_STREAM, { ...logged, json: long })),
    decodeHostEntry(stored(HOST_STREAM, { ...logged, json: JSON.stringify({ [long]: 1 }) })),
    decodeHostEntry(stored(HOST_STREAM, { ...logged, json: JSON.stringify({ category: [long] }) })),
    decodeHostEntry(stored(HOST_STREAM, { ...logged, type: long })),
    decodeHostEntry(stored(long, logged)),
  ].map(reasonOf);
  for (const reason of reasons) expect(reason.length).toBeLessThan(600);
});
