/** The figures: exactly those of the table, read when asked for, bounded in number, and never in the way. */
import { FIGURES } from './figures.js';
import { Metrics, SOURCE_LIMIT_MS, type Sample } from './metrics.js';
import { until } from '../../../testing/until.js';
import type { Instant, TypeName } from '#domain';
import { MAX_TYPES } from './figures.js';
import { campaignFigures } from './sources.js';
import { faultsOf } from './testing-rules.js';

/** The lines of one figure, without comments. */
async function linesOf(metrics: Metrics, name: string): Promise<readonly string[]> {
  return (await metrics.text())
    .split('\n')
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
}

test('what is shown is what the table names, each with its kind, and the process beside it', async () => {
  const text = await new Metrics().text();
  const shown = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', kind]) => [name, kind]);
  const own = shown.filter(([name = '']) => !/^hermes_(?:process|nodejs)_/.test(name));
  expect(own).toEqual(Object.entries(FIGURES).map(([name, { kind }]) => [name, kind]));
  expect(shown.map(([name]) => name)).toEqual(
    expect.arrayContaining(['hermes_process_resident_memory_bytes', 'hermes_nodejs_eventloop_lag_p99_seconds']),
  );
});

test('of parts that are not there nothing is shown, whatever is counted', async () => {
  const metrics = new Metrics(new Set(['projector']));
  metrics.logged(3, 1, 1);
  metrics.differing(1);
  metrics.visible(20);
  const text = await metrics.text();
  expect(text).toContain('hermes_projection_latency_seconds_count 1');
  expect(text).toContain('hermes_ready');
  expect(text).not.toMatch(
    /hermes_(?:events_(?!without)|hosts_new|journal_append|journal_writes|append_queue|relay_|feed_)/,
  );
});

test('names follow the conventions: what counts up ends in _total, times are seconds, all begin with hermes_', () => {
  for (const [name, { kind, help }] of Object.entries(FIGURES)) {
    expect([name, name.endsWith('_total')]).toEqual([name, kind === 'counter']);
    expect(name).toMatch(/^hermes_[a-z_]+$/);
    expect(name).not.toMatch(/_(?:ms|millis|kb|mb)(?:_|$)/);
    expect(help).not.toBe('');
  }
});

test('events without effect have a figure for each of the first hundred types, and one for all others', async () => {
  const metrics = new Metrics();
  for (let nth = 0; nth < 103; nth += 1) metrics.withoutEffect(`disk-${nth}`);
  metrics.withoutEffect('disk-7');
  const lines = await linesOf(metrics, 'hermes_events_without_effect_total');
  expect(lines).toHaveLength(101);
  expect(lines).toContain('hermes_events_without_effect_total{type="disk-7"} 2');
  expect(lines).toContain('hermes_events_without_effect_total{type="other"} 3');
});

test('what is counted adds up over scrapes', async () => {
  const metrics = new Metrics();
  metrics.logged(3, 1, 2);
  metrics.differing(1);
  metrics.refused('overloaded');
  metrics.refused('overloaded');
  metrics.appended(4, [
    { kind: 'conflict', actual: 1 },
    { kind: 'conflict', actual: 1 },
    { kind: 'failed', reason: 'full' },
  ]);
  metrics.visible(20);
  expect(await linesOf(metrics, 'hermes_events_accepted_total')).toEqual(['hermes_events_accepted_total 3']);
  metrics.logged(2, 0, 1);
  await expect(fresh(metrics, 'hermes_events_accepted_total')).resolves.toEqual(['hermes_events_accepted_total 5']);
  expect(await linesOf(metrics, 'hermes_events_duplicate_total')).toEqual(['hermes_events_duplicate_total 1']);
  expect(await linesOf(metrics, 'hermes_events_differing_total')).toEqual(['hermes_events_differing_total 1']);
  expect(await linesOf(metrics, 'hermes_hosts_new_total')).toEqual(['hermes_hosts_new_total 3']);
  expect(await linesOf(metrics, 'hermes_refusals_total')).toEqual(['hermes_refusals_total{code="overloaded"} 2']);
  expect(await linesOf(metrics, 'hermes_journal_writes_total')).toEqual([
    'hermes_journal_writes_total{outcome="conflict"} 2',
    'hermes_journal_writes_total{outcome="failed"} 1',
  ]);
  expect(await linesOf(metrics, 'hermes_projection_latency_seconds_sum')).toEqual([
    'hermes_projection_latency_seconds_sum 0.02',
  ]);
});

/** Once what was just shown to somebody else is no longer shared. */
async function fresh(metrics: Metrics, name: string): Promise<readonly string[]> {
  const before = await metrics.text();
  await until('the text is made again', async () => (await metrics.text()) !== before);
  return linesOf(metrics, name);
}

test('no client makes a series: whatever path nothing serves is one, and so is whatever method', async () => {
  const metrics = new Metrics();
  for (let nth = 0; nth < 1000; nth += 1) metrics.answered(`METHOD${nth}`, undefined, 404, 1);
  metrics.answered('GET', '/api/v1/hosts/:host', 200, 1);
  metrics.answered('GET', '/api/v1/hosts/:host', 404, 2);
  expect(await linesOf(metrics, 'hermes_http_requests_total')).toEqual([
    'hermes_http_requests_total{method="any",route="none",status="404"} 1000',
    'hermes_http_requests_total{method="GET",route="/api/v1/hosts/:host",status="200"} 1',
    'hermes_http_requests_total{method="GET",route="/api/v1/hosts/:host",status="404"} 1',
  ]);
  expect(await linesOf(metrics, 'hermes_http_request_duration_seconds_count')).toEqual([
    'hermes_http_request_duration_seconds_count{method="any",route="none"} 1000',
    'hermes_http_request_duration_seconds_count{method="GET",route="/api/v1/hosts/:host"} 2',
  ]);
});

test('gauges are what their sources say now; one that says nothing any more is gone, not zero', async () => {
  const metrics = new Metrics();
  let samples: readonly Sample[] = [
    { name: 'hermes_rebuild_ratio', value: 0.5 },
    { name: 'hermes_projection_lag_seconds', value: 3, labels: { partition: '0' } },
  ];
  metrics.read(() => samples);
  expect(await linesOf(metrics, 'hermes_rebuild_ratio')).toEqual(['hermes_rebuild_ratio 0.5']);
  samples = [];
  expect(await fresh(metrics, 'hermes_rebuild_ratio')).toEqual([]);
  expect(await linesOf(metrics, 'hermes_projection_lag_seconds')).toEqual([]);
});

test('a store that is away or hangs takes its own figures with it, and nothing else', async () => {
  const metrics = new Metrics();
  metrics.read(() => [{ name: 'hermes_relay_entries', value: 7 }]);
  expect(await linesOf(metrics, 'hermes_scrape_complete')).toEqual(['hermes_scrape_complete 1']);
  const other = new Metrics();
  other.read(() => [{ name: 'hermes_relay_entries', value: 7 }]);
  other.read(() => {
    throw new Error('away');
  });
  other.read(() => new Promise(() => undefined));
  const begun = performance.now();
  expect(await linesOf(other, 'hermes_scrape_complete')).toEqual(['hermes_scrape_complete 0']);
  expect(await linesOf(other, 'hermes_relay_entries')).toEqual(['hermes_relay_entries 7']);
  expect(performance.now() - begun).toBeGreaterThanOrEqual(SOURCE_LIMIT_MS - 50);
});

test('requests at the same time get the same scrape', async () => {
  const metrics = new Metrics();
  let scrapes = 0;
  metrics.read(() => {
    scrapes += 1;
    return [];
  });
  const texts = await Promise.all(Array.from({ length: 50 }, () => metrics.text()));
  expect(new Set(texts).size).toBe(1);
  expect(scrapes).toBe(1);
});

/** With something of each kind counted. */
function counted(): Metrics {
  const metrics = new Metrics();
  metrics.logged(3, 1, 1);
  metrics.refused('overloaded');
  metrics.answered('GET', '/api/v1/hosts/:host', 200, 1);
  metrics.visible(20);
  metrics.read(() => [
    { name: 'hermes_relay_entries', value: 7 },
    { name: 'hermes_rebuild_ratio', value: Number.NaN },
  ]);
  return metrics;
}

test('the rules of promtool hold: no gauge is called a total, each figure has its help and type, nothing is no number', async () => {
  expect(faultsOf(await counted().text())).toEqual([]);
});

test('OpenMetrics: the same figures, families of counters without _total, no blank line, and its end', async () => {
  const metrics = counted();
  const plain = await metrics.text();
  const open = await metrics.text('application/openmetrics-text');
  expect(faultsOf(open)).toEqual([]);
  expect(open).toContain('# TYPE hermes_events_accepted counter\nhermes_events_accepted_total 3\n');
  expect(open).toMatch(/[^\n]\n# EOF\n$/);
  expect(open).not.toContain('\n\n');
  const samples = (text: string): readonly string[] => text.split('\n').filter((line) => /^[^#]/.test(line));
  expect(samples(open)).toEqual(samples(plain));
  // and the other format is as it was
  expect(await metrics.text()).toContain('# TYPE hermes_events_accepted_total counter');
});

test('how the work stands: a figure for each of the types with most open labors, one for all others, and no more', async () => {
  const at = (second: number) => new Date(second * 1000).toISOString() as Instant;
  const openByType = Array.from({ length: MAX_TYPES + 3 }, (_, n) => ({
    ...{ type: `t-${n}` as TypeName, open: n + 1, oldest: at(1000 + n) },
  }));
  const quests = { embarking: 0, open: 2, completed: 3, abandoned: 0, empty: 1 };
  const metrics = new Metrics();
  metrics.read(
    campaignFigures({ campaign: () => Promise.resolve({ openByType, quests, overdue: 1, newestEvent: at(77.5) }) }),
  );
  const open = await linesOf(metrics, 'hermes_open_labors');
  expect(open).toHaveLength(MAX_TYPES + 1);
  expect(open[0]).toBe(`hermes_open_labors{type="t-${MAX_TYPES + 2}"} ${MAX_TYPES + 3}`);
  expect(open.at(-1)).toBe('hermes_open_labors{type="other"} 6');
  expect((await linesOf(metrics, 'hermes_oldest_open_labor_timestamp_seconds')).at(-1)).toContain(
    '{type="other"} 1000',
  );
  expect(await linesOf(metrics, 'hermes_quests')).toContain('hermes_quests{state="open"} 2');
  expect(await linesOf(metrics, 'hermes_quests_overdue')).toEqual(['hermes_quests_overdue 1']);
  expect(await linesOf(metrics, 'hermes_newest_event_timestamp_seconds')).toEqual([
    'hermes_newest_event_timestamp_seconds 77.5',
  ]);
  expect(faultsOf(await metrics.text())).toEqual([]);
});

test('while no views are served nothing is said of the work', async () => {
  const metrics = new Metrics();
  metrics.read(campaignFigures({ campaign: () => Promise.resolve(null) }));
  expect(await linesOf(metrics, 'hermes_quests')).toEqual([]);
  expect(await linesOf(metrics, 'hermes_scrape_complete')).toEqual(['hermes_scrape_complete 1']);
});
