/** What is written is read back to the last character. */
import { entry, firstOf, mustPut, streamOf, write, type Bench } from './harness.js';

const TEXTS: readonly (readonly [string, string])[] = [
  ['NUL', 'before\0after'],
  ['all control characters', Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).join('')],
  ['a lone surrogate', 'high \ud83d low \ude00 end \ud83d'],
  ['beyond the first plane', '😀 𐀀 \u{10ffff}'],
  ['combining and reversed', 'e\u0301 \u202egnirts \ufeff'],
  ['line ends of JavaScript', 'a\u2028b\u2029c'],
  ['quotes and SQL', `'"; DROP TABLE entries; --`],
  ['non-characters', '\uffff\ufffe\ufffd'],
];

export function textSuite(bench: Bench): void {
  test.each(TEXTS)('text comes back as it was: %s', async (_, text) => {
    const { journal } = bench();
    const one = entry(JSON.stringify({ [text]: text }));
    await mustPut(journal, { stream: 'host-a', expected: 'none', entries: [one] });
    const [stored] = await streamOf(journal, 'host-a');
    expect(stored!.json).toBe(one.json);
    expect(JSON.parse(stored!.json)).toEqual({ [text]: text });
  });

  test('JSON is kept as text: spaces, order, long numbers', async () => {
    const { journal } = bench();
    const json = '{"b": 1.0,  "a":12345678901234567890.10, "a": [ ]}';
    await mustPut(journal, { stream: 'host-a', expected: 'none', entries: [entry(json)] });
    expect((await streamOf(journal, 'host-a'))[0]!.json).toBe(json);
  });

  test('text that no store keeps as it is, is a defect of the caller: a TypeError, and nothing is stored', async () => {
    const { journal } = bench();
    const before = await journal.head();
    const attempt = (json: string) =>
      journal.append([write('host-a', 1), { stream: 'host-b', expected: 'any', entries: [entry(json)] }]);
    await expect(attempt('"a\0b"')).rejects.toThrow(TypeError);
    await expect(attempt('"a\ud83db"')).rejects.toThrow(TypeError);
    await expect(journal.append([{ ...write('', 1) }])).rejects.toThrow(TypeError);
    expect(await journal.head()).toEqual(before);
  });

  test('versions, types and times are kept', async () => {
    const { journal } = bench();
    const one = { ...entry(), type: 'SomethingElse', version: 17, recordedAt: entry().recordedAt };
    await mustPut(journal, { stream: 'quest-1', expected: 'none', entries: [one] });
    expect((await streamOf(journal, 'quest-1'))[0]).toMatchObject(one);
  });

  test('a trace is kept and shown by every read; an entry without one has none', async () => {
    const { journal } = bench();
    const before = (await journal.head()).position;
    const traced = { ...entry(), trace: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
    const odd = { ...entry(), trace: '00-0AF7651916CD43DD8448EB211C80319C and ü' };
    const list = [traced, entry(), odd, traced];
    await mustPut(journal, { stream: 'host-a', expected: 'none', entries: list });
    const traces = (stored: readonly { readonly trace?: string }[]) =>
      stored.map((each) => ('trace' in each ? each.trace : 'none'));
    const expected = [traced.trace, 'none', odd.trace, traced.trace];
    const all = await journal.readAll(before, 10);
    expect(traces(await streamOf(journal, 'host-a'))).toEqual(expected);
    expect(traces(all)).toEqual(expected);
    expect(traces(await firstOf(journal, { after: before, count: 4 }))).toEqual(expected);
    expect(await journal.entryAt(all[0]!.position)).toEqual(all[0]);
    await expect(
      journal.append([{ stream: 'host-a', expected: 'any', entries: [{ ...entry(), trace: '' }] }]),
    ).rejects.toThrow(TypeError);
  });

  test('a principal is kept and shown by every read; an entry without one has none', async () => {
    const { journal } = bench();
    const before = (await journal.head()).position;
    const names = ['ann', undefined, '\u202egnirts e\u0301 😀 "\\ \u2028', '😀'.repeat(100), ' ', undefined] as const;
    const list = names.map((name, nth) => ({
      ...entry(),
      ...(name !== undefined && { principal: name }),
      ...(nth > 3 && { trace: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }),
    }));
    await mustPut(journal, { stream: 'host-a', expected: 'none', entries: list });
    const principals = (stored: readonly { readonly principal?: string }[]) =>
      stored.map((each) => ('principal' in each ? each.principal : undefined));
    const all = await journal.readAll(before, 10);
    expect(principals(await streamOf(journal, 'host-a'))).toEqual(names);
    expect(principals(all)).toEqual(names);
    expect(all.map((each) => 'principal' in each)).toEqual(names.map((name) => name !== undefined));
    expect(principals(await firstOf(journal, { after: before, count: 6 }))).toEqual(names);
    expect(await journal.entryAt(all[3]!.position)).toEqual(all[3]);
    for (const principal of ['', 'a\0', 'a\ud83d']) {
      await expect(
        journal.append([{ stream: 'host-a', expected: 'any', entries: [{ ...entry(), principal }] }]),
      ).rejects.toThrow(TypeError);
    }
  });
}
