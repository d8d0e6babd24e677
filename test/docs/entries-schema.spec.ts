/** docs/entries.schema.json says what the codec writes, and the example of the journal's topic fits it. */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { decodeHostEntry, entryCodecs, type StoredEntry } from '#contracts';
import { asyncApiExamples } from '#testing';

interface EntriesSchema {
  readonly $defs: Readonly<Record<string, object>>;
}

const { $defs } = JSON.parse(readFileSync('docs/entries.schema.json', 'utf8')) as EntriesSchema;
const [entryExample] = asyncApiExamples('journal').flatMap(([name, example]) => (name === 'entry' ? [example] : []));

test('every type of entry is defined there as the codec has it, and no other', () => {
  const written = Object.entries(entryCodecs).map(([type, { version, schema }]) => {
    return [type, { description: `Version ${version}.`, ...schema }];
  });
  expect($defs).toEqual(Object.fromEntries(written));
});

test('the value of the example of an entry fits the definition of its type, and Hermes reads it', () => {
  const { headers = {}, value } = entryExample ?? {};
  const type = String(headers['ce_type']).replace('hermes.journal.', '');
  const json = String(value);
  const fits = new Ajv({ strict: false, validateFormats: false }).compile($defs[type] ?? false);
  expect(fits(JSON.parse(json)) ? null : fits.errors).toBeNull();
  const version = Number(headers['ce_entryversion']);
  const stored = { stream: headers['ce_stream'], type, version, recordedAt: headers['ce_time'], json };
  expect(decodeHostEntry(stored as unknown as StoredEntry)).toMatchObject({
    ok: true,
    entry: { category: 'system-reboot' },
  });
});
