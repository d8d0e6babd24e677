/** However long and however made a question's body is, others have their turn while it is read and checked. */
import { READING } from '#platform';
import { overFake } from '../../test/harness/served.js';
import { turnsOf } from '../../libs/testing/turns.js';
import { QueryModule } from './index.js';

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
