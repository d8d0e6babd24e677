/** Without an endpoint nothing of OpenTelemetry's SDK is loaded, and no port is wrapped; with one it is, named after the app. */
import { jest } from '@jest/globals';
import type { FactoryProvider } from '@nestjs/common';
import type { Feed, Journal, Views } from '#ports';
import { silentLog } from '#application';
import type { TraceSettings } from '../settings/traces.js';
import { INGEST, PROJECTOR, READING, RELAY } from '../wiring/tokens.js';
import { rememberedSpans } from '../operate/tracing/testing-spans.js';

const loaded: string[] = [];
const opened: string[] = [];
for (const name of ['api', 'core', 'otlp-exporter-base', 'otlp-transformer', 'resources', 'sdk-trace'])
  jest.unstable_mockModule(`@opentelemetry/${name}`, () => {
    loaded.push(name);
    return {};
  });
jest.unstable_mockModule('../operate/tracing/sdk.js', () => {
  loaded.push('sdk.js');
  const openSpans = (_: TraceSettings, service: string) => {
    opened.push(service);
    return rememberedSpans();
  };
  return { openSpans };
});

// after the mocks
const { createApp } = await import('./create-app.js');
const { readSettings } = await import('../settings/settings.js');
const { FEED } = await import('../wiring/tokens.js');

async function app(environment: Record<string, string>, tokens: readonly symbol[] = []) {
  const useCases = tokens.map((provide): FactoryProvider => ({ provide, useFactory: () => ({}) }));
  const stores = { journal: {} as Journal, feed: {} as Feed, views: {} as Views, close: () => Promise.resolve() };
  const made = await createApp({
    ...{ modules: [], useCases, stores },
    settings: readSettings(environment),
    log: { ...silentLog, debug: () => undefined },
  });
  const same = made.nest.get<Feed>(FEED) === stores.feed;
  await made.close();
  return { same };
}

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };

test.each([{}, { ...endpoint, OTEL_SDK_DISABLED: 'true' }, { ...endpoint, OTEL_TRACES_EXPORTER: 'none' }])(
  'off with %j: nothing is loaded, the ports are the given ones',
  async (environment) => {
    expect(await app(environment)).toEqual({ same: true });
    expect(loaded).toEqual([]);
  },
);

test.each([
  ['hermes-ingest', [INGEST, RELAY]],
  ['hermes-projector', [PROJECTOR]],
  ['hermes-query', [READING]],
  ['hermes-standalone', [INGEST, RELAY, PROJECTOR, READING]],
])('on: loaded, and called %s', async (service, tokens) => {
  expect(await app(endpoint, tokens)).toEqual({ same: false });
  expect(loaded).toContain('sdk.js');
  expect(opened.at(-1)).toBe(service);
});
