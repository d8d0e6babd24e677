/** The audit of former names can fail: it reports what became an alias in use, what is logged there, and an answer that says otherwise. */
import { hostStream, NAMES_STREAM } from '#contracts';
import type { HostName, LaborId } from '#domain';
import { newAsk, type Ask } from './asks.js';
import { auditNames } from './audit-names.js';
import { historyOf } from './history.js';
import { Book, recordedAt } from './testing-book.js';

const [live, old] = ['live', 'old'] as HostName[] as [HostName, HostName];
const signed = { by: null, recordedAt } as const;

class Named extends Book {
  logged(host = old): this {
    return this.event({ host, type: 'disk-full', key: null, note: 'n' });
  }

  retired(): this {
    return this.add({ kind: 'HostRetired', host: old, reason: 'sold', ...signed }, hostStream(old));
  }

  reopened(reason: string): this {
    const entry = { kind: 'LaborReopened', host: old, labor: 'old~0' as LaborId, reason, ...signed } as const;
    return this.add(entry, hostStream(old));
  }

  aliased(): this {
    return this.add({ kind: 'HostAliased', host: live, names: [old], ...signed }, NAMES_STREAM);
  }
}

/** `formerHosts` as the first answer, or a later one, says. */
function asked(formerHosts: readonly string[], attempts = 1): Ask {
  const effect = { kind: 'aliased', host: live, name: old, isFormer: true } as const;
  const ask = newAsk({ tag: 't', path: `/hosts/${live}/aliases`, body: { names: [old] }, effect });
  return { ...ask, attempts, answer: { status: 200, body: { formerHosts } } };
}

const found = (asks: readonly Ask[], book: Book) => auditNames(asks, historyOf(book.entries));

test('a name of a retired host, and one without a history, are as promised', () => {
  const book = () => new Named().logged(live).logged();
  expect(found([asked([old])], book().retired().aliased().logged(live))).toEqual([]);
  expect(found([asked([])], new Named().aliased())).toEqual([]);
  expect(found([asked([], 2)], book().retired().aliased())).toEqual([]);
});

test('a host in use that lost its name, and an event that is logged under it as its own, are reported', () => {
  expect(found([], new Named().logged(live).logged().aliased())).toEqual([
    'old became an alias of live at 2, and was not retired',
  ]);
  const retired = () => new Named().logged(live).logged().retired();
  expect(found([], retired().logged().aliased())).toEqual(['old is an alias of live, and has an event at 3']);
  expect(found([], retired().aliased().logged())).toEqual(['old is an alias of live, and has an event at 4']);
  expect(found([], new Named().logged(live).aliased().logged())).toEqual([
    'old is an alias of live, and has an event at 2',
  ]);
});

test('a host that was taken back into use before the alias was asked for, and lost its name, is reported', () => {
  const effect = { kind: 'labors', labors: ['old~0'], bulk: false } as const;
  const reopening = { ...newAsk({ tag: 'r', path: '/labors/old~0/reopen', body: {}, effect }), answeredAtMs: 7 };
  const asks = (askedAtMs: number) => [reopening, { ...asked([old]), askedAtMs }];
  const retired = () => new Named().logged(live).logged().retired();
  const reported = 'old became an alias of live at 4, and was in use since 3';
  expect(found(asks(8), retired().reopened('r').aliased())).toEqual([reported]);
  // at the same moment, retired once more, or answered nobody
  expect(found(asks(7), retired().reopened('r').aliased())).toEqual([]);
  expect(found(asks(8), retired().reopened('r').retired().aliased())).toEqual([]);
  expect(found([asks(8)[1]!], retired().reopened('r').aliased())).toEqual([]);
});

test('a first answer that does not say which names had a history is reported', () => {
  const book = () => new Named().logged(live).logged().retired().aliased();
  expect(found([asked([])], book())).toEqual(['t: old was answered as a name without a history']);
  expect(found([asked([old])], new Named().aliased())).toEqual(['t: old was answered as a former host']);
});
