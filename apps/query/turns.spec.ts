/** However long and however made a question's body or its answer is, others have their turn while it is read, checked and written. */
import { jest } from '@jest/globals';
import type { LaborView } from '#application';
import { done, positionOf } from '#contracts';
import { READING } from '#platform';
import { overFake } from '../../test/harness/served.js';
import { mostInATurn, turnsOf } from '../../libs/testing/turns.js';
import { QueryModule } from './index.js';
import { view } from './testing-answers.js';

const reading = overFake(QueryModule, READING);

const objectOf = (members: number): string =>
  `{${Array.from({ length: members }, (_, nth) => `"${nth.toString(36)}":1`).join(',')}}`;
const many = (item: string): string => `[${item}${`,${item}`.repeat(999_990)}]`;
/** As long as a list may be that is parsed in one piece. */
const short = Array<string>(16_000).fill('"abcde"').join(',');

test.each(['/labors/search', '/hosts/search'])(
  'the largest bodies of %s hold up nobody',
  async (path) => {
    const bodies: readonly (readonly [what: string, body: string, status: number])[] = [
      ['an object of many members', objectOf(900_000), 413],
      ['many objects of many members', `{"a": {"b": [${`${objectOf(9_000)},`.repeat(90)}1]}}`, 413],
      ['an object of as many members as one may have', objectOf(20_000), 422],
      ['hosts', `{"host": ${many('"a"')}}`, 422],
      ['numbers for hosts', `{"host": ${many('1')}}`, 422],
      ['numbers, below', `{"host": {"a": ${many('1')}}}`, 413],
      ['sixty lists', `{${Array.from({ length: 60 }, (_, nth) => `"${nth}":[${short},1]`).join(',')}}`, 422],
    ];
    const seen: unknown[] = [];
    for (const [what, body] of bodies) {
      let status = 0;
      const turns = await turnsOf(async () => {
        ({ status } = await reading.send(path, { 'content-type': 'application/json' }, body));
      });
      seen.push([what, status, turns]);
    }
    expect(seen).toEqual(bodies.map(([what, , status]) => [what, status, 'in turns']));
    expect(reading.calls).toEqual([]);
  },
  60_000,
);

describe('of the long answers to ten questions at once, a few hundred labors', () => {
  /** How often a field was read that every labor's answer takes, and one that only its JSON does. */
  const reads = { shown: 0, written: 0 };
  /** The clock moves by what is read, and by nothing else. */
  let nowMs = 0;
  beforeEach(() => {
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  const read = (what: keyof typeof reads): void => {
    reads[what] += 1;
    nowMs += 1;
  };
  const actors = {
    toJSON: () => {
      read('written');
      return [];
    },
  };
  const labor = {
    ...{ ...view.labor, actors },
    get host() {
      read('shown');
      return view.labor.host;
    },
  } as unknown as LaborView['labor'];
  const many = Array<LaborView>(3000).fill({ ...view, labor });
  const fate = {
    ...{ id: 1, name: null, creates: 'a-b', completedBy: 'a-c', intermediate: false },
    get follows() {
      read('shown');
      return null;
    },
  };
  const node = {
    ...{ inForce: true, starting: true, stranded: false },
    get type() {
      read('shown');
      return 'a-b';
    },
  };
  const counts = { quest: null, open: new Map(), closed: null, fired: new Set(), countsAgeMs: 0 };
  const graphOf = (graph: object) => ({ ...counts, graph: { nodes: [], edges: [], flows: [], ...graph } });
  const next = {
    ...{ type: 'a-b', follows: [], opens: false, absorbedBy: null },
    get closes() {
      read('shown');
      return [];
    },
  };
  const dossier = { host: 'a', parked: null, next: [], lastByCategory: [], newestEvents: [], quests: [] };

  test.each([
    ['shown', '/hosts/a', { ...dossier, openLabors: many }],
    ['written', '/hosts/a', { ...dossier, openLabors: many }],
    ['shown', '/hosts/a', { ...dossier, openLabors: [], next: Array(3000).fill(next) }],
    ['shown', '/fates/graph', graphOf({ nodes: Array(3000).fill(node) })],
    ['shown', '/fates/graph', graphOf({ edges: Array(3000).fill(fate) })],
    ['shown', '/labors', { items: many, next: null }],
    ['written', '/labors', { items: many, next: null }],
  ] as const)('are %s in one turn: GET %s', async (what, path, body) => {
    reading.answer(done({ position: positionOf(1n), ageMs: 1, generation: 1, body }));
    const before = reads[what];
    const most = await mostInATurn(
      () => reads[what],
      () =>
        Promise.all(
          Array.from({ length: 10 }, async () => {
            expect((await reading.call('GET', path)).status).toBe(200);
          }),
        ),
    );
    expect(reads[what] - before).toBe(30_000);
    expect(most).toBeLessThan(1000);
  });
});
