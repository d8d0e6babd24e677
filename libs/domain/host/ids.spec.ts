/** Rule 11: ids are made of host and place, and read back to them. */
import type { HostName } from '../names.js';
import { eventId, laborId, parseEventId, parseLaborId } from './ids.js';

const host = 'web-1.example.org' as HostName;

test('rule 11: an event and the labor it opens have the id <host>~<revision>, follow-ups add .1, .2', () => {
  expect(eventId(host, 0)).toBe('web-1.example.org~0');
  expect(laborId(host, 7, 0)).toBe('web-1.example.org~7');
  expect(laborId(host, 7, 2)).toBe('web-1.example.org~7.2');
});

test('rule 11: an id names its host and place again', () => {
  expect(parseEventId(eventId(host, 12))).toEqual({ id: 'web-1.example.org~12', host, revision: 12 });
  expect(parseLaborId(laborId(host, 12, 0))).toEqual({ id: 'web-1.example.org~12', host, revision: 12, followUp: 0 });
  expect(parseLaborId(laborId(host, 0, 34))).toEqual({ id: 'web-1.example.org~0.34', host, revision: 0, followUp: 34 });
});

test('the host in an id may be written as any host may; the id is the folded one', () => {
  expect(parseEventId('WEB-1.~5')).toEqual({ id: 'web-1~5', host: 'web-1', revision: 5 });
  expect(parseLaborId('WEB-1~5.1')?.id).toBe('web-1~5.1');
});

test('the greatest revision is the greatest safe integer', () => {
  expect(parseEventId(`a~${Number.MAX_SAFE_INTEGER}`)?.revision).toBe(Number.MAX_SAFE_INTEGER);
  expect(parseLaborId(`a~${Number.MAX_SAFE_INTEGER}.1`)?.revision).toBe(Number.MAX_SAFE_INTEGER);
});

const neither = [
  '',
  '~',
  'a',
  '~1',
  'a~',
  'a~01',
  'a~-1',
  'a~1e3',
  'a~1 ',
  'a~~1',
  'a~b~1',
  '-a~1',
  '\u212A~1',
  'a~\u0661',
];
const tooGreat = ['a~9007199254740992', 'a~9999999999999999', 'a~12345678901234567'];

test.each([...neither, ...tooGreat, 'a~1.1'])('%j is no event', (text) => {
  expect(parseEventId(text)).toBeUndefined();
});

test.each([...neither, ...tooGreat, 'a~1.0', 'a~1.01', 'a~1.', 'a~1.1.1', 'a~9007199254740992.1'])(
  '%j is no labor',
  (text) => {
    expect(parseLaborId(text)).toBeUndefined();
  },
);
