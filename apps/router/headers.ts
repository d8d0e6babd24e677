/** What of a message's head goes on to the next connection: all but what speaks of this one. */

/** Of one connection alone (RFC 9110, 7.6.1). Expect is met by the router itself, with 100. */
const OF_CONNECTION = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** `raw` as Node has it: names and values in turn. Repeated headers stay apart, names keep their case. */
export function passedOn(raw: readonly string[]): Record<string, string | string[]> {
  const pairs = Array.from({ length: raw.length / 2 }, (_, index) => [raw[2 * index] ?? '', raw[2 * index + 1] ?? '']);
  const named = new Set(
    pairs
      .filter(([name = '']) => name.toLowerCase() === 'connection')
      .flatMap(([, value = '']) => value.split(',').map((part) => part.trim().toLowerCase())),
  );
  const passed = new Map<string, { readonly name: string; readonly values: string[] }>();
  for (const [name = '', value = ''] of pairs) {
    const key = name.toLowerCase();
    if (OF_CONNECTION.has(key) || named.has(key)) continue;
    const known = passed.get(key);
    if (known === undefined) passed.set(key, { name, values: [value] });
    else known.values.push(value);
  }
  return Object.fromEntries(
    [...passed.values()].map(({ name, values: [first = '', ...more] }) => [
      name,
      more.length === 0 ? first : [first, ...more],
    ]),
  );
}
