/** Rule 25: a redaction is an entry of its host's stream; it changes what is shown of an event, and nothing of what it did. */
import type { HostName } from '#domain';
import { modelOf, Play } from '#testing';

const SILENT = { by: null, note: null, redacted: true };

function chain(): Play {
  const play = new Play('a-required => a-ready', 'a-ready => a-done intermediate');
  play.event('a-required', { by: 'agent', note: 'password: 1234', attributes: { rpm: 1 }, data: { deep: [1] } });
  play.event('a-ready', { by: 'agent', note: 'ready' });
  return play;
}

test('rule 25: note, attributes, data and by of a redacted event are gone; type, host, times and effects stay', () => {
  const play = chain();
  const before = play.fold.events[0];
  const { effects, late, duplicate } = play.redact('h~0', 'ann', 'a password');
  const origin = { at: '2026-01-01T00:00:07.000Z', by: 'ann', principal: null, note: 'a password' };
  expect(effects).toEqual([{ kind: 'redacted', event: 'h~0', origin }]);
  expect([late, duplicate]).toEqual([false, false]);
  const redacted = { by: 'ann', principal: null, at: origin.at, reason: 'a password' };
  const silent = { by: null, note: null, attributes: null, data: null, redacted };
  expect(play.fold.events[0]).toEqual({ ...before, ...silent });
  expect(play.fold.events[1]?.note).toBe('ready');
  expect(play.fold.derived()).toEqual(modelOf(play.history));
});

test('rule 25: labors show nothing of it, as often as it opened and closed them, and go on as before', () => {
  const play = chain();
  play.redact('h~1', 'ann', 'a password');
  expect(play.labor('h~0')).toMatchObject({ opened: { note: 'password: 1234', redacted: false }, closed: SILENT });
  expect(play.labor('h~1.1')).toMatchObject({ opened: SILENT, closed: null });
  play.redact('h~0', 'ann', 'and another');
  expect(play.labor('h~0')).toMatchObject({ opened: SILENT, closed: SILENT });
  play.event('a-done');
  expect(play.labor('h~1.1')).toMatchObject({ state: 'completed', opened: SILENT, closed: { redacted: false } });
  expect(play.open()).toEqual([]);
  expect(play.fold.derived()).toEqual(modelOf(play.history));
});

test('rule 25: it changes nothing of the host but its revision, and the first redaction of an event stands', () => {
  const play = chain();
  const before = play.fold.states.get('h' as HostName);
  play.redact('h~0', 'ann', 'a password');
  play.redact('h~0', 'bob', 'again');
  expect(play.fold.states.get('h' as HostName)).toEqual({ ...before, revision: 3 });
  expect(play.fold.events[0]?.redacted).toMatchObject({ by: 'ann', reason: 'a password' });
  expect(play.fold.derived()).toEqual(modelOf(play.history));
});

test('rule 25: what is no earlier event of the host is left alone', () => {
  const play = chain();
  play.event('a-required', { host: 'h2' as HostName, note: 'its own' });
  const redaction = (event: string) => {
    const place = { host: 'h' as HostName, recordedAt: '2026-01-02T00:00:00.000Z' };
    return { kind: 'EventRedacted', event, by: null, reason: 'x', ...place };
  };
  for (const event of ['h2~0', 'h~3', 'h~9', 'no id'])
    expect(play.entry(redaction(event) as never).effects).toEqual([]);
  // a command is earlier, and has nothing that is shown as an event's
  play.waive('h~1.1', 'ann', 'no');
  play.redact('h~6', 'ann', 'x');
  expect(play.labor('h~1.1').closed).toMatchObject({ note: 'no', by: 'ann', redacted: false });
  expect(play.fold.derived()).toEqual(modelOf(play.history));
});

test('rule 25: a redacted event keeps its key, so that its repeat is still one', () => {
  const play = chain();
  play.event('a-required', { key: 'k', note: 'x' });
  play.redact('h~2', 'ann', 'x');
  expect(play.event('a-required', { key: 'k', note: 'x' }).duplicate).toBe(true);
  expect(play.fold.derived()).toEqual(modelOf(play.history));
});
