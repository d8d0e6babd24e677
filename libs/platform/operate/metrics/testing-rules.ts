/** For specs: what `promtool check metrics` finds fault with in a text of figures, as far as it concerns ours, and in OpenMetrics its frame. */

const NAME = /^[a-z][a-z0-9_]*$/;
/** Base units only, and no type in a name. */
const ODD_NAME = /_(?:ms|us|ns|sec|secs|minutes|hours|days|kb|mb|gb|millis|percent|counter|gauge|histogram)(?:_|$)/;
const OF_HISTOGRAM = /_(?:bucket|sum|count)$/;

export function faultsOf(text: string): readonly string[] {
  const faults: string[] = [];
  const types = new Map<string, string>();
  const helps = new Set<string>();
  const series = new Set<string>();
  for (const line of text.split('\n')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
    if (keyword === 'HELP') {
      if (rest.trim() === '') faults.push(`${name} has no help`);
      if (helps.has(name)) faults.push(`${name} has two helps`);
      helps.add(name);
    } else if (keyword === 'TYPE') {
      if (types.has(name)) faults.push(`${name} has two types`);
      types.set(name, rest);
      faults.push(...faultsOfName(name, rest));
    } else if (line !== '' && line !== '# EOF') {
      faults.push(...faultsOfSample(line, types, helps));
      const key = line.replace(/ [^ ]*$/, '');
      if (series.has(key)) faults.push(`${key} comes twice`);
      series.add(key);
    }
  }
  return faults;
}

function faultsOfName(name: string, type: string): readonly string[] {
  const faults: string[] = [];
  if (!NAME.test(name)) faults.push(`${name} is no name`);
  if (ODD_NAME.test(name)) faults.push(`${name} names no base unit, or its type`);
  if (type !== 'counter' && name.endsWith('_total')) faults.push(`${name} is no counter`);
  if (type !== 'histogram' && OF_HISTOGRAM.test(name)) faults.push(`${name} is called like a part of a histogram`);
  return faults;
}

function faultsOfSample(
  line: string,
  types: ReadonlyMap<string, string>,
  helps: ReadonlySet<string>,
): readonly string[] {
  const [, sample = '', value = ''] = /^([^\s{]+)(?:\{.*\})? (\S+)$/.exec(line) ?? [];
  if (!Number.isFinite(Number(value))) return [`${line} has no number`];
  const family = [sample, sample.replace(OF_HISTOGRAM, ''), sample.replace(/_total$/, '')].find((name) =>
    types.has(name),
  );
  if (family === undefined || !helps.has(family)) return [`${sample} has no type or no help`];
  if (types.get(family) === 'counter' && !sample.endsWith('_total')) return [`${sample} is a counter without _total`];
  return [];
}
