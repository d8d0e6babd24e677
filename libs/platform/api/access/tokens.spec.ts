/** The tokens file says who may come in; what is wrong with it is said without quoting it. */
import { jest } from '@jest/globals';
import { createHash } from 'node:crypto';
import { reaches, ROLES } from './roles.js';
import { MAX_TOKENS, parseTokens } from './tokens.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const file = (...tokens: object[]): string => JSON.stringify(tokens);
const agent = { name: 'agent', sha256: sha256('secret'), roles: ['read', 'operate', 'report'] };

test('a token is known by its hash, and has the greatest of its roles', () => {
  const tokens = parseTokens(file(agent, { name: 'boss', sha256: sha256('other').toUpperCase(), roles: ['admin'] }));
  if (typeof tokens === 'string') throw new Error(tokens);
  expect(tokens.identify('secret')).toEqual({ name: 'agent', role: 'operate' });
  expect(tokens.identify('other')).toEqual({ name: 'boss', role: 'admin' });
  expect(tokens.identify('Secret')).toBeUndefined();
  expect(tokens.identify(sha256('secret'))).toBeUndefined();
});

test.each([
  ['no JSON: hunter2', /is not JSON/],
  ['{}', /array of at least one/],
  ['[]', /array of at least one/],
  [file({ ...agent, name: ' ' }), /token 1 has no name/],
  [file({ ...agent, name: 'a'.repeat(201) }), /token 1 has no name/],
  [file({ ...agent, name: 'a\0b' }), /token 1 has a name with control characters/],
  [file({ ...agent, name: 'a\nb' }), /token 1 has a name with control characters/],
  [file({ ...agent, name: 'a\x85b' }), /token 1 has a name with control characters/],
  [file({ ...agent, name: 'a\u2028b' }), /token 1 has a name with control characters/],
  [file({ ...agent, name: 'a\ud83db' }), /token 1 has a name with control characters/],
  [file({ ...agent, sha256: 'secret' }), /token 1 has no sha256/],
  [file({ ...agent, roles: [] }), /token 1 has no roles/],
  [file({ ...agent, roles: ['root'] }), /token 1 has no roles/],
  [file({ ...agent, role: 'read' }), /token 1 has the unknown field "role"/],
  [file(agent, { ...agent, sha256: sha256('x') }), /token 2 has the name of an earlier one/],
  [file(agent, { ...agent, name: 'b' }), /token 2 has the sha256 of an earlier one/],
])('%s is refused', (text, expected) => {
  const answer = parseTokens(text);
  expect(answer).toMatch(expected);
  expect(answer).not.toMatch(/hunter2/);
});

test('as many tokens as are taken are read, and each is found, and none is compared with all before it', () => {
  const listed = Array.from({ length: MAX_TOKENS }, (_, n) => ({
    ...agent,
    name: `a${n}`,
    sha256: sha256(`secret ${n}`),
  }));
  const some = jest.spyOn(Array.prototype, 'some');
  const tokens = parseTokens(file(...listed));
  // a token's few roles are looked through, a list of earlier tokens never
  const looks = some.mock.contexts.filter((list) => (list as unknown[]).length > ROLES.length).length;
  some.mockRestore();
  expect(looks).toBe(0);
  if (typeof tokens === 'string') throw new Error(tokens);
  expect(tokens.count).toBe(MAX_TOKENS);
  expect(tokens.identify(`secret ${MAX_TOKENS - 1}`)).toEqual({ name: `a${MAX_TOKENS - 1}`, role: 'operate' });
  expect(parseTokens(file(...listed, agent))).toMatch(/^lists 5001 tokens, more than the 5000 that are taken/);
});

test('each role reaches itself and those before it', () => {
  for (const [has, role] of ROLES.entries()) {
    expect(ROLES.filter((needed) => reaches(role, needed))).toEqual(ROLES.slice(0, has + 1));
  }
});
