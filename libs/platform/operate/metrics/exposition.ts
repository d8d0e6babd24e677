/**
 * Figures as text, in the formats of Prometheus and of OpenMetrics 1.0. prom-client writes the first, in which its own
 * collectors break the format's rules; its OpenMetrics changes the names of the counters that it shows, for every later
 * text as well, so that is made from the first.
 */

export const FORMATS = {
  'text/plain': 'text/plain; version=0.0.4; charset=utf-8',
  'application/openmetrics-text': 'application/openmetrics-text; version=1.0.0; charset=utf-8',
} as const;
export type Format = keyof typeof FORMATS;
export const FORMAT_MEDIA = Object.keys(FORMATS) as readonly Format[];

/** Gauges of prom-client whose names are those of counters; the figures that they add up are shown beside them, by kind. */
export const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** Without samples that are no number: a figure of which nothing was seen is absent. */
export function withoutNaN(text: string): string {
  return text.replace(/^[^#\n].* nan\n/gim, '');
}

/** `text` in the format: in OpenMetrics a counter's family is called without `_total`, no line is blank, and the end is said. */
export function inFormat(format: Format, text: string): string {
  if (format === 'text/plain') return text;
  const counters = [...text.matchAll(/^# TYPE (\S+)_total counter$/gm)].map(([, name = '']) => name);
  const isCounter = new Set(counters);
  const lines = text.split('\n').flatMap((line) => {
    const [, kind = '', name = '', rest = ''] = /^# (HELP|TYPE) (\S+)_total( .*)$/.exec(line) ?? [];
    if (line === '') return [];
    return isCounter.has(name) ? [`# ${kind} ${name}${rest}`] : [line];
  });
  return [...lines, '# EOF', ''].join('\n');
}
