/** A whole Hermes to be hostile to: seeded, described by its own OpenAPI document, and asked after each refusal whether anything was stored. */
import { Agent, request as httpRequest } from 'node:http';
import { ERRORS } from '#contracts';
import { until } from '#testing';
import { runningOperations, runningRebuilds } from '../crash/unfinished.js';
import { Hermes, temporaryFolder } from '../harness/hermes.js';
import { Description } from './description.js';

/** `HERMES_TEST_SEED` and `HERMES_TEST_ROUNDS` (a factor) ask for other and for more cases than `npm test` has. */
export const SEED = numberFrom('HERMES_TEST_SEED', 20_260_101);
const ROUNDS = numberFrom('HERMES_TEST_ROUNDS', 1);

/** Parameters of fast-check: `numRuns` cases, more where more rounds are asked for. */
export function rounds(numRuns: number): { readonly seed: number; readonly numRuns: number } {
  return { seed: SEED, numRuns: numRuns * ROUNDS };
}

/** So long may a test take. */
export const LIMIT_MS = 30_000 + 60_000 * ROUNDS;

function numberFrom(name: string, fallback: number): number {
  const text = process.env[name];
  if (text === undefined) return fallback;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${name} is ${text}: give a whole number`);
  return Number(text);
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** What no answer may show of us: stacks, files, stores' and engines' own words. What is sent here holds none of it. */
const LEAKS =
  /\n\s+at |node_modules|\/dist\/|\.[jt]s:\d|file:\/\/|hermes-test-|SQLITE|sqlite|\bSELECT\b|\bINSERT\b|constraint failed|TypeError|RangeError|Cannot (?:read|convert)|is not a function|undefined|\[object|ENOENT|FST_ERR/;
const PROBLEM_FIELDS = ['type', 'title', 'status', 'detail', 'code', 'instance', 'errors'];

export class Rig {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 8 });

  private constructor(
    readonly hermes: Hermes,
    readonly description: Description,
    private readonly remove: () => Promise<void>,
  ) {}

  static async start(): Promise<Rig> {
    const folder = await temporaryFolder();
    const hermes = await Hermes.start({ dataDir: folder.path });
    const document: unknown = await (await fetch(`${hermes.api.origin}/api/openapi.json`)).json();
    const rig = new Rig(hermes, new Description(document), () => folder.remove());
    await rig.seed();
    return rig;
  }

  /** The id of an operation. */
  operation = '';

  /** What valid requests may name. */
  private async seed(): Promise<void> {
    const { api } = this.hermes;
    const pairs = [
      ['disk', 'full'],
      ['disk', 'cleaned'],
      ['power', 'cut'],
      ['fan', 'broken'],
    ];
    await api.must(
      '/event-types',
      pairs.map(([category, state]) => ({ category, state })),
    );
    await api.must('/fates', [
      { creates: 'disk-full', completedBy: 'disk-cleaned', name: 'clean' },
      { creates: 'power-cut', completedBy: 'disk-cleaned' },
      { creates: 'fan-broken', completedBy: 'disk-cleaned' },
    ]);
    const hosts = Array.from({ length: 40 }, (_, index) => `h${index}`);
    await api.must('/quests', { type: 'disk-full', hosts, description: 'clean all disks' });
    // for abandoning: the labors of the other are acted upon
    await api.must('/quests', { type: 'disk-full', hosts: ['given-up'], description: 'clean one disk' });
    await api.must('/events', { type: 'power-cut', hosts, by: 'the grid' });
    // more labors than a request waives at once, on few hosts
    const broken = Array.from({ length: 1100 }, (_, n) => ({ type: 'fan-broken', host: `fan-${n % 11}` }));
    await api.must('/events', broken);
    await api.read('/stats');
    const { id } = await api.must('/labors/waive', { where: { type: 'fan-broken' }, reason: 'no fans any more' });
    this.operation = String(id);
    await this.untilQuiet();
  }

  /** Ends it; throws where it had become unhealthy, or anything in its log says that it failed. */
  async end(): Promise<void> {
    try {
      const ready = await fetch(`${this.hermes.api.origin}/health/ready`);
      expect({ status: ready.status, body: await ready.json() }).toMatchObject({ status: 200 });
      const grave = this.hermes.output.split('\n').filter((line) => /"level":"(?:error|fatal)"|Error:/.test(line));
      expect(grave).toEqual([]);
      expect(await this.hermes.stop()).toBe(0);
    } finally {
      this.agent.destroy();
      await this.hermes.kill();
      await this.remove();
    }
  }

  /** Sends exactly this: nothing of the path is resolved or encoded, and no header added but `Host` and the body's length. */
  send(method: string, path: string, body?: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> {
    const { port, hostname } = new URL(this.hermes.api.origin);
    // for OPTIONS and DELETE Node's client says no length by itself
    const isChunked = Object.keys(headers).some((name) => name.toLowerCase() === 'transfer-encoding');
    const length = body === undefined || isChunked ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const sent = { ...length, ...headers };
    return new Promise((resolve, reject) => {
      const request = httpRequest({ agent: this.agent, hostname, port, method, path, headers: sent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        });
        response.on('error', reject);
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  json(method: string, path: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send(method, path, body, { 'content-type': 'application/json', ...headers });
  }

  /** The journal's last entry: what is stored moves it. */
  async head(): Promise<string> {
    const answer = await this.send('GET', '/api/v1/admin/status');
    return String((JSON.parse(answer.text) as { head: unknown }).head);
  }

  /** What earlier requests have begun is stored in the background. */
  private async untilQuiet(): Promise<void> {
    const { api } = this.hermes;
    const isQuiet = async (): Promise<boolean> => (await runningOperations(api)) + (await runningRebuilds(api)) === 0;
    await until('no operation runs and no rebuild', isQuiet, { limitMs: 30_000 });
  }

  /** `act` must be refused as `expectRefusal` says, and nothing be stored by it. */
  async refused(act: () => Promise<Answer>, codes?: readonly string[]): Promise<Answer> {
    await this.untilQuiet();
    const before = await this.head();
    const answer = await act();
    expectRefusal(answer, codes);
    expect({ head: await this.head(), after: answer.text }).toEqual({ head: before, after: answer.text });
    return answer;
  }
}

/** A 4xx problem with a known code (of `codes`, where given), every fault named, and nothing of our insides. */
export function expectRefusal({ status, headers, text }: Answer, codes?: readonly string[]): void {
  const said = `${status} ${text.slice(0, 500)}`;
  expect(said).toMatch(/^4\d\d /);
  expect(`${String(headers['content-type'])} ${said}`).toMatch(/^application\/problem\+json/);
  const problem = JSON.parse(text) as Record<string, unknown>;
  expect(Object.keys(problem).filter((field) => !PROBLEM_FIELDS.includes(field))).toEqual([]);
  expect(problem).toMatchObject({ type: 'about:blank', status });
  expect([typeof problem['title'], typeof problem['detail']]).toEqual(['string', 'string']);
  expect(Object.keys(ERRORS)).toContain(problem['code']);
  if (codes !== undefined) expect([...codes, said]).toContain(problem['code']);
  if (problem['code'] === 'validation-failed') {
    const faults = problem['errors'] as readonly Record<string, unknown>[];
    expect(faults.length).toBeGreaterThan(0);
    for (const { path, code, message, ...more } of faults)
      expect([typeof path, typeof code, typeof message, more]).toEqual(['string', 'string', 'string', {}]);
  }
  expectNoLeak(text);
}

export function expectNoLeak(text: string): void {
  expect(LEAKS.exec(text)?.[0] ?? '').toBe('');
}
