/** What the fields of requests refuse, and the sentence that each refusal is: what was given, and what to give. */
import { eventRequest } from './event-requests.js';
import { fateRequest } from './catalogue-requests.js';
import { ackRequest } from './labor-requests.js';
import { questRequest } from './quest-requests.js';
import { checkOf, type Schema } from './schema.js';

function faultOf(body: Schema, field: string, value: unknown): string | undefined {
  const schema = body.properties?.[field];
  const check = schema && checkOf(schema);
  if (check === undefined) throw new Error(`${field} has no check`);
  return check(value);
}

test.each([
  [fateRequest, 'creates', 'disk', 'is "disk": give the name of an event type ("category-state") or {category, state}'],
  [fateRequest, 'follows', 0, 'is 0: give the number or the name of a fate'],
  [fateRequest, 'onRepeat', 'twice', 'is "twice": give open or absorb'],
  [fateRequest, 'actors', ['all'], 'is not valid: give an array with any of owner, creator, each once'],
  [fateRequest, 'description', '', 'is "": give a text of 1 to 4000 characters'],
  [questRequest, 'hosts', 'web-1', 'is "web-1": give an array of names of hosts'],
  [questRequest, 'target', 'soon', 'is "soon": give an ISO 8601 time with a zone, such as 2030-01-31T12:00:00Z'],
  [questRequest, 'creator', 'a\nb', 'holds a control character: leave that out of it'],
  [questRequest, 'references', [{}], 'is not valid: [0] has neither key nor url: give at least one of them'],
  [questRequest, 'references', [{ url: 'x:y' }], 'is not valid: [0].url is "x:y": give a whole URL with http or https'],
  [eventRequest, 'host', 7, 'is 7: give the name of a host'],
  [eventRequest, 'attributes', [], 'is an array: give an object'],
  [ackRequest.many, 'labors', [], 'is 0 items: give an array of 1 to 1000 ids'],
  [ackRequest.many, 'labors', [{}], 'has at [0] an object: give ids of labors, such as "web-1~0"'],
])('%#: %s', (body, field, value, sentence) => {
  expect(faultOf(body, field, value)).toBe(sentence);
});

test('of the bad hosts of a list, ten are named', () => {
  const fault = faultOf(questRequest, 'hosts', ['web-1', ...Array.from({ length: 12 }, () => '-')]) ?? '';
  expect(fault).toMatch(/^has what names no host: \[1\] is "-", .*\[10\] is "-", and 2 more; a name is 1 to 253 of /);
});

test.each(['constructor', 'toString', 'hasOwnProperty', '__proto__', 'more'])(
  '%s is no field of what is nested',
  (name) => {
    const with_ = (json: string): unknown => JSON.parse(json.replace('?', JSON.stringify(name)));
    expect(faultOf(questRequest, 'references', [with_('{"key": "k", ?: 1}')])).toContain(`[0].${name} is no field`);
    expect(faultOf(questRequest, 'type', with_('{"category": "a", "state": "b", ?: 1}'))).toContain(
      'is an object: give',
    );
  },
);
