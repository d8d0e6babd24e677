/** Every route that takes a body, from its own description: what is valid is done, what is not is refused and leaves no trace. */
import * as fc from 'fast-check';
import { anyText } from '../../libs/testing/any-text.js';
import { changed, valid } from './arbitraries.js';
import type { JsonSchema } from '#contracts';
import type { OperationOf } from './description.js';
import { expectNoLeak, expectRefusal, LIMIT_MS, Rig, rounds, SEED, type Answer } from './rig.js';

const JSON_TYPE = 'application/json';
const NDJSON_TYPE = 'application/x-ndjson';
const EVENTS = '/api/v1/events';
let rig: Rig;
beforeAll(async () => {
  rig = await Rig.start();
}, LIMIT_MS);
afterAll(() => rig.end(), LIMIT_MS);

/** With something that is there in place of each parameter. */
function pathOf({ path }: OperationOf, host: number): string {
  return (
    path
      // a file that is taken retires what the other operations need
      .replace(/\/catalogue$/, '/catalogue?dryRun=true')
      .replace('/event-types/{name}', '/event-types/power-cut')
      .replace('/fates/{fate}', '/fates/clean')
      .replace('/labors/{id}', `/labors/h${host}~0`)
      .replace('/events/{id}', `/events/h${host}~0`)
      .replace('/quests/{id}/abandon', '/quests/2/abandon')
      .replace('/quests/{id}', '/quests/1')
      .replace('/operations/{id}', `/operations/${rig.operation}`)
      .replace(/\{\w+\}/, `h${host}`)
  );
}

interface Case {
  readonly operation: OperationOf;
  readonly media: string;
  readonly host: number;
  readonly body: unknown;
}

/** Asks for a body that its description says all of: the lines of an export have hashes. */
function isDescribed({ requestBody, operationId }: OperationOf): boolean {
  return requestBody?.required === true && operationId !== 'importJournal';
}

/** A question of the past takes other fields than one of the present; hostile queries ask it. */
function ofThePresent(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const { asOf: _, ...question } = body as Readonly<Record<string, unknown>>;
  const { sort, ...others } = question;
  return typeof sort === 'string' && sort.endsWith('Place') ? others : question;
}

/** Of every operation that asks for a body, and every form of JSON in which it may come; of one that takes lines alone, a line. */
function cases(): fc.Arbitrary<Case> {
  const all = rig.description.operations.flatMap((operation) =>
    !isDescribed(operation)
      ? []
      : Object.keys(operation.requestBody?.content ?? {})
          .filter((media, _, all) => /[/+]json$/.test(media) || (media === NDJSON_TYPE && !all.includes(JSON_TYPE)))
          .map((media) =>
            fc.record({
              operation: fc.constant(operation),
              media: fc.constant(media),
              host: fc.nat(39),
              body: valid(rig.description, schemaOf(operation, media)).map(ofThePresent),
            }),
          ),
  );
  return fc.oneof(...all);
}

function schemaOf({ requestBody, operationId }: OperationOf, media: string): JsonSchema {
  const schema = requestBody?.content[media]?.schema;
  if (schema === undefined) throw new Error(`${operationId} takes no ${media}`);
  return schema;
}

async function send(one: Case, path?: string): Promise<Answer> {
  const { operation, media, body } = one;
  return rig.json(operation.method, path ?? (await pathFor(one)), JSON.stringify(body), { 'content-type': media });
}

/** For a command on a labor this stores a labor. */
async function pathFor({ operation, host }: Case): Promise<string> {
  return operation.path.includes('/labors/{id}') ? pathOfNewLabor(operation) : pathOf(operation, host);
}

let labors = 0;

/** What others do closes labors for good: each command gets one that is open, or one that was waived to reopen. */
async function pathOfNewLabor({ path, operationId }: OperationOf): Promise<string> {
  const host = `labor-${labors++}`;
  await rig.json('POST', EVENTS, JSON.stringify({ type: 'disk-full', host }));
  const labor = `/labors/${host}~0`;
  if (operationId === 'reopenLabor') await rig.json('POST', `/api/v1${labor}/waive`, JSON.stringify({ reason: 'x' }));
  return path.replace('/labors/{id}', labor);
}

function isValid({ operation, media, body }: Case): boolean {
  return rig.description.faultOf(body, schemaOf(operation, media)) === undefined;
}

/** Whether bytes of any kind are JSON that the operation takes: chance finds `{}`. */
function isSound(operation: OperationOf, body: Buffer): boolean {
  try {
    const value = JSON.parse(body.toString('utf8')) as unknown;
    return rig.description.faultOf(value, schemaOf(operation, JSON_TYPE)) === undefined;
  } catch {
    // no body at all is one of no fields, where none are taken
    return body.length === 0 && operation.requestBody?.required === false;
  }
}

/** Refusals because of the request's form, not because of stored state. */
const OF_FORM = [400, 406, 413, 415];

/** Of form (`invalid`, `missing`, `unknown`), or of stored state (any of the problems' codes); `missing` and `unknown` count as `invalid`. */
function faultCodes({ text }: Answer): readonly string[] {
  const { errors = [] } = JSON.parse(text) as { errors?: readonly { code: string }[] };
  return errors.map(({ code }) => (code === 'missing' || code === 'unknown' ? 'invalid' : code));
}

describe(`seed ${SEED}`, () => {
  test(
    'what the document calls valid is taken: 2xx as described, or refused because of the state at that moment',
    async () => {
      const done = new Map<string, number>();
      await fc.assert(
        fc.asyncProperty(cases(), async (one) => {
          const { operation } = one;
          const answer = await send(one);
          expectNoLeak(answer.text);
          const said = `${operation.operationId}: ${answer.status} ${answer.text.slice(0, 400)}`;
          if (answer.status < 300) {
            const schema = rig.description.answerOf(operation, answer.status, JSON_TYPE);
            expect(`${said} described: ${schema !== undefined}`).toContain('described: true');
            expect(rig.description.faultOf(JSON.parse(answer.text), schema!)).toBeUndefined();
            done.set(operation.operationId, (done.get(operation.operationId) ?? 0) + 1);
            return;
          }
          expectRefusal(answer, rig.description.codesOf(operation, answer.status));
          expect([...OF_FORM, said]).not.toContain(answer.status);
          expect([...faultCodes(answer), said]).not.toContain('invalid');
        }),
        rounds(400),
      );
      // none is only ever refused
      const ids = rig.description.operations.filter(isDescribed).map((o) => o.operationId);
      expect(ids.filter((id) => !done.has(id))).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'what the document calls invalid is refused with a problem that it names, and nothing of it is stored',
    async () => {
      let refused = 0;
      const broken = cases().chain((one) => changed(one.body).map((body) => ({ ...one, body })));
      await fc.assert(
        fc.asyncProperty(broken, async (one) => {
          if (isValid(one)) {
            const answer = await send(one);
            expect(answer.status).toBeLessThan(500);
            expectNoLeak(answer.text);
            return;
          }
          refused += 1;
          const path = await pathFor(one);
          const answer = await rig.refused(() => send(one, path));
          expect(rig.description.codesOf(one.operation, answer.status)).toContain(
            (JSON.parse(answer.text) as { code: string }).code,
          );
        }),
        rounds(700),
      );
      expect(refused).toBeGreaterThan(300);
    },
    LIMIT_MS,
  );

  test(
    'bytes and JSON of any kind are refused, and nothing of them is stored',
    async () => {
      const operations = rig.description.operations.filter(({ requestBody }) => requestBody !== undefined);
      const bytes = fc.oneof(
        fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
        fc.json().map((text) => Buffer.from(text)),
        anyText().map((text) => Buffer.from(`{"host": "h1", "note": "${text}"}`)),
      );
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...operations), bytes, async (operation, body) => {
          const answer = await rig.json(operation.method, pathOf(operation, 1), body);
          if (isSound(operation, body)) return;
          expectRefusal(answer);
        }),
        rounds(200),
      );
    },
    LIMIT_MS,
  );

  test(
    'of NDJSON every valid line is taken and every other reported; where none is, it is refused and nothing stored',
    async () => {
      const operation = rig.description.operations.find(({ operationId }) => operationId === 'logEvents')!;
      const schema = schemaOf(operation, NDJSON_TYPE);
      const good = valid(rig.description, schema);
      const bad = good.chain(changed).filter((value) => rig.description.faultOf(value, schema) !== undefined);
      const cut = fc.constantFrom('{', 'x', '{"host": "h1"', '\u0000', '"', '[]', '1e400', ' {}', '\ufeff{}');
      const lines = fc.record({
        good: fc.array(good, { maxLength: 5 }),
        bad: fc.array(
          fc.oneof(
            bad.map((value) => JSON.stringify(value)),
            cut,
          ),
          { maxLength: 5 },
        ),
        end: fc.constantFrom('\n', '\r\n', '\n\n', '\n \n'),
      });
      await fc.assert(
        fc.asyncProperty(lines, async ({ good, bad, end }) => {
          const text = [...bad, ...good.map((value) => JSON.stringify(value))].map((line) => line + end).join('');
          const act = (): Promise<Answer> => rig.json('POST', EVENTS, text, { 'content-type': NDJSON_TYPE });
          if (good.length === 0) {
            await rig.refused(act, ['validation-failed', 'malformed']);
            return;
          }
          const answer = await act();
          expect(`${answer.status} ${answer.text}`).toMatch(/^20[01] /);
          const { accepted, duplicates, rejected } = JSON.parse(answer.text) as Record<string, number>;
          expect([accepted! + duplicates!, rejected]).toEqual([good.length, bad.length]);
          expectNoLeak(answer.text);
        }),
        rounds(60),
      );
    },
    LIMIT_MS,
  );

  test(
    'lines that are none of an export are refused, the first of them named, and nothing of them is stored',
    async () => {
      const line = fc.oneof(
        fc.json(),
        anyText(),
        fc.constantFrom('', '{}', '\u0000', '{"chain":"x"}', `,"chain":"${'0'.repeat(64)}"}`),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 3 }), async (lines) => {
          const text = lines.map((each) => `${each.replaceAll('\n', ' ')}\n`).join('');
          const answer = await rig.refused(
            () => rig.json('POST', '/api/v1/admin/import', text, { 'content-type': NDJSON_TYPE }),
            ['validation-failed'],
          );
          expect(answer.text).toContain('"path":"line 1"');
        }),
        rounds(60),
      );
    },
    LIMIT_MS,
  );

  test(
    'of hosts as plain text each bad line is named, and nothing stored',
    async () => {
      const odd = fc.constantFrom(
        '-h',
        'h h',
        'h/../x',
        'h\u0000',
        '\u202eh',
        'h'.repeat(254),
        '<h>',
        '__proto__',
        'é',
        '%00',
        ',',
      );
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.constantFrom('h1', ' h2 ', 'H3.', ''), { maxLength: 5 }),
          odd,
          async (hosts, bad) => {
            const path = '/api/v1/quests?type=disk-full&description=x';
            const text = [...hosts, bad].join('\n');
            const answer = await rig.refused(
              () => rig.json('POST', path, text, { 'content-type': 'text/plain; charset=utf-8' }),
              ['validation-failed'],
            );
            expect(answer.text).toContain(`"path":"line ${hosts.length + 1}"`);
          },
        ),
        rounds(40),
      );
    },
    LIMIT_MS,
  );
});
