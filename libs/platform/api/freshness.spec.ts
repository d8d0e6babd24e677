/** Q: a caller says which position it must see; an answer says which one it shows, and how old that is. */
import type { FastifyReply } from 'fastify';
import { done, failed, START, type Position } from '#contracts';
import type { Instant } from '#domain';
import { ProblemError } from '../http/problems/problem-error.js';
import { parseFreshness, showing, written } from './freshness.js';

function reply(): { readonly headers: Record<string, unknown>; readonly fake: FastifyReply } {
  const headers: Record<string, unknown> = {};
  const fake = {
    header(name: string, value: unknown) {
      headers[name] = value;
      return this;
    },
  };
  return { headers, fake: fake as unknown as FastifyReply };
}

test('a demand is a position and seconds, five where nobody says', () => {
  expect(parseFreshness(undefined, undefined)).toEqual({ waitS: 5 });
  expect(parseFreshness('18446744073709551615', '0')).toEqual({ minPosition: 18446744073709551615n, waitS: 0 });
  expect(parseFreshness('0', '2.5')).toEqual({ minPosition: 0n, waitS: 2.5 });
  // as a client has it that divides milliseconds, or waits for what is left
  expect(parseFreshness('0', '2.4999999999999996')).toEqual({ minPosition: 0n, waitS: 2.4999999999999996 });
  expect(parseFreshness('0', '30.0000')).toEqual({ minPosition: 0n, waitS: 30 });
});

test.each([
  ['-1', undefined, ['header Hermes-Min-Position']],
  ['18446744073709551616', undefined, ['header Hermes-Min-Position']],
  ['1, 2', undefined, ['header Hermes-Min-Position']],
  ['', undefined, ['header Hermes-Min-Position']],
  [undefined, '31', ['header Hermes-Wait']],
  [undefined, '30.0000001', ['header Hermes-Wait']],
  [undefined, '1e1', ['header Hermes-Wait']],
  [undefined, 'soon', ['header Hermes-Wait']],
  ['x', '-1', ['header Hermes-Min-Position', 'header Hermes-Wait']],
])('%j and %j are refused', (position, wait, paths) => {
  let thrown: unknown;
  try {
    parseFreshness(position, wait);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(ProblemError);
  const { problem } = thrown as ProblemError;
  expect(problem.code).toBe('validation-failed');
  expect(problem.errors?.map(({ path }) => path)).toEqual(paths);
});

test('a read shows its position and age beside its body', () => {
  const { headers, fake } = reply();
  expect(
    showing(
      fake,
      done({ position: (2n ** 60n) as Position, ageMs: 1234.6, hostsBehind: 0, generation: 1, body: 'it' }),
    ),
  ).toBe('it');
  expect(headers).toEqual({ 'hermes-position': '1152921504606846976', 'hermes-age': '1.235' });
});

test('P9: hosts of which entries are missing are counted in a header, where there are any', () => {
  const { headers, fake } = reply();
  showing(fake, done({ position: 7n as Position, ageMs: 0, hostsBehind: 3, generation: 1, body: null }));
  expect(headers).toEqual({ 'hermes-position': '7', 'hermes-age': '0.000', 'hermes-hosts-behind': '3' });
});

test('R11: a read of the past says which place it shows, where there is one', () => {
  const shown = { position: 7n as Position, ageMs: 0, hostsBehind: 0, generation: 1, body: null };
  const now = '2026-01-31T12:00:00.000Z' as Instant;
  for (const [place, header] of [
    [5n, '5'],
    [START, undefined],
  ] as const) {
    const { headers, fake } = reply();
    showing(fake, done({ ...shown, asOf: { position: place as Position, now } }));
    expect(headers['hermes-as-of']).toBe(header);
  }
});

test('before any entry there is no position to show; an age is never negative', () => {
  const { headers, fake } = reply();
  showing(fake, done({ position: START, ageMs: -5, hostsBehind: 0, generation: 1, body: null }));
  expect(headers).toEqual({ 'hermes-age': '0.000' });
});

test('a problem goes on as one', () => {
  expect(() => showing(reply().fake, failed({ code: 'not-caught-up', detail: 'wait' }))).toThrow(ProblemError);
});

test('a write answers its position, one that wrote nothing answers none', () => {
  const { headers, fake } = reply();
  written(fake, undefined);
  written(fake, START);
  expect(headers).toEqual({});
  written(fake, 7n as Position);
  expect(headers).toEqual({ 'hermes-position': '7' });
});
