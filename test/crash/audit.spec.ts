/** The audit after a crash can fail: it reports each difference that it is meant to find. */
import { CATALOGUE_STREAM, hostStream, operationStream, questStream, type StoredEntry, type Uuid } from '#contracts';
import type { EventTypeId, FateId, HostName, LaborId, OperationId, QuestId, TypeName } from '#domain';
import { bodyOf, newAsk, type Ask, type AskedEvent } from './asks.js';
import { audit } from './audit.js';
import { historyOf } from './history.js';
import { inventoryAsk } from './mix-inventories.js';
import { Book, recordedAt } from './testing-book.js';

const event = (note: string, key: string | null = null, host = 'a'): AskedEvent => {
  return { host, type: 'disk-full', key, note };
};

/** An attribute that was set, as `answer` says it. */
function attributesAsked(tag: string, answer: object): Ask {
  const effect = { kind: 'hosts', hosts: ['a'], bulk: false } as const;
  const ask = newAsk({ tag, path: '/hosts/a/attributes', body: {}, once: true, effect });
  ask.attempts = 2;
  ask.answer = { status: 200, body: answer };
  return ask;
}

/** Sent once; `answered` at revision 0 and position 0. */
function asked(one: AskedEvent, answered: boolean): Ask {
  const effect = { kind: 'events', events: [one], listed: true } as const;
  const ask = newAsk({ tag: one.note, path: '/events', body: bodyOf(one), effect });
  ask.attempts = 1;
  const body = { events: [{ id: `${one.host}~0`, host: one.host, revision: 0, position: '0' }] };
  if (answered) ask.answer = { status: 201, body };
  return ask;
}

function askedQuest(answered: boolean): Ask {
  const ask = newAsk({ tag: 'q', path: '/quests', body: {}, effect: { kind: 'quest', hosts: ['a', 'b'] } });
  ask.attempts = 1;
  if (answered) ask.answer = { status: 201, body: { id: 1 } };
  return ask;
}

const found = (asks: readonly Ask[], book: Book) => audit(asks, historyOf(book.entries));

test('a state as promised gives no findings', () => {
  const keyed = event('k', 'k', 'b');
  const book = new Book().event(event('x')).event(keyed).quest(['c', 'd'], 'q');
  for (const host of ['c', 'd']) book.event(event('', null, host), 1);
  const quest = newAsk({ tag: 'q', path: '/quests', body: {}, effect: { kind: 'quest', hosts: ['c', 'd'] } });
  quest.attempts = 1;
  expect(found([asked(event('x'), true), asked(keyed, false), asked(event('never'), false), quest], book)).toEqual([]);
});

test('an acknowledged event that is lost, or stands elsewhere, is reported', () => {
  expect(found([asked(event('x'), true)], new Book())).toEqual([
    'x: event x of a was acknowledged and is lost',
    'x: a~0 at 0 was answered and is not there',
  ]);
  const elsewhere = new Book().event(event('y')).event(event('x'));
  expect(found([asked(event('x'), true), asked(event('y'), false)], elsewhere)).toEqual([
    'x: a~0 at 0 was answered and is not there',
  ]);
});

test('an event that is there too often, or that no client asked for, is reported', () => {
  const keyed = event('k', 'k');
  const twice = asked(keyed, false);
  twice.attempts = 2;
  expect(found([twice], new Book().event(keyed).event(keyed))).toEqual([
    'k: event k of a with key k is there 2 times, asked 2 times',
  ]);
  const plain = event('p');
  expect(found([asked(plain, false)], new Book().event(plain).event(plain))).toHaveLength(1);
  expect(found([], new Book().event(plain))).toEqual(['nobody asked for a p']);
});

test('a command on a host that is lost, or there twice under one Idempotency-Key, is reported', () => {
  const set = { kind: 'HostAttributesSet', host: 'a' as HostName, by: null, recordedAt, clear: [] } as const;
  const book = (times: number) => {
    const all = new Book();
    for (let left = times; left > 0; left -= 1) all.add({ ...set, set: { tag: 't' } }, hostStream(set.host));
    return all;
  };
  const done = attributesAsked('t', { changed: true });
  expect(found([done], book(1))).toEqual([]);
  expect(found([done], book(0))).toEqual(['t: a t was acknowledged and is lost']);
  expect(found([done], book(2))).toEqual(['t: a t is there 2 times, asked 2 times']);
  expect(found([attributesAsked('t', { changed: false })], book(0))).toEqual([]);
});

test('a hole, a repeat and an entry that cannot be read are reported', () => {
  const book = new Book().event(event('x')).event(event('y'));
  const [first, second] = book.entries as [StoredEntry, StoredEntry];
  const faultsOf = (...entries: readonly StoredEntry[]) => historyOf(entries).faults;
  expect(faultsOf(first, { ...second, revision: 2 })).toEqual(['host-a has revision 2 where 1 was to come']);
  expect(faultsOf(first, { ...second, id: first.id })).toEqual([`host-a 1: entry ${first.id} is there twice`]);
  expect(faultsOf(second)).toHaveLength(1);
  expect(faultsOf(first, { ...second, position: first.position })).toHaveLength(1);
  expect(faultsOf(first, { ...second, json: '{}' })).toHaveLength(1);
});

test('rule 23: whom an import named and who is not in its inventory, and whom it lacked and who is, are reported', () => {
  const first = inventoryAsk('i', ['a', 'b']);
  const second = inventoryAsk('t', ['b', 'c'], { inventory: 'i', hosts: ['a', 'b'] });
  for (const ask of [first, second]) ask.answer = { status: 200, body: {} };
  const book = () => new Book().inventory('a', 'HostImported').inventory('b', 'HostImported');
  const whole = book().inventory('c', 'HostImported').inventory('a', 'HostMissing');
  expect(audit([first, second], historyOf(whole.entries))).toEqual([]);
  expect(audit([first, second], historyOf(book().entries))).toEqual([
    't: c was imported, and is not in i',
    't: a was missing, and is in i still',
  ]);
  expect(audit([first], historyOf(new Book().inventory('a', 'HostImported').entries))).toEqual([
    'i: b was imported, and is not in i',
  ]);
  expect(audit([{ ...second, answer: undefined }], historyOf([]))).toEqual([]);
});

test('rule 23: an import that takes its own hosts off, a host that it did not name, and what is said twice are reported', () => {
  const ask = inventoryAsk('i', ['a']);
  ask.answer = { status: 200, body: {} };
  const book = () => new Book().inventory('a', 'HostImported');
  expect(found([ask], book())).toEqual([]);
  expect(found([ask], book().inventory('a', 'HostMissing'))).toEqual(['i: a was imported, and is not in i']);
  // one that nobody has an answer to may have taken it off
  const second = inventoryAsk('t', ['b'], { inventory: 'i', hosts: ['a'] });
  expect(found([ask, second], book().inventory('a', 'HostMissing'))).toEqual([]);
  expect(found([ask], book().inventory('z', 'HostImported'))).toEqual(['z is in i, and no import named it']);
  const twice = book().inventory('a', 'HostImported');
  expect(found([ask], twice)).toEqual(['a and i: HostImported HostImported']);
  expect(audit([ask], historyOf(twice.entries), 'several')).toEqual([]);
  const never = new Book().inventory('a', 'HostMissing').inventory('a', 'HostImported');
  expect(found([second, { ...ask, answer: undefined }], never)).toEqual(['a and i: HostMissing HostImported']);
});

test('rule 10: what is retired twice, or under a quest, and a quest of what nothing starts are reported', () => {
  const signed = { by: null, recordedAt };
  const [a, b] = [event('', null, 'a'), event('', null, 'b')];
  const catalogue = () => {
    const book = new Book();
    for (const [id, state] of [
      [1, 'full'],
      [2, 'cleaned'],
    ] as const) {
      const type = { id: id as EventTypeId, category: 'disk', state, description: null, restricted: false };
      book.add({ kind: 'EventTypeDefined', ...type, ...signed }, CATALOGUE_STREAM);
    }
    const rule = {
      creates: 'disk-full' as TypeName,
      completedBy: 'disk-cleaned' as TypeName,
      intermediate: false,
    } as const;
    const rest = { follows: null, onRepeat: 'open', name: null, description: null, actors: [] } as const;
    return book.add({ kind: 'FateDefined', id: 1 as FateId, ...rule, ...rest, ...signed }, CATALOGUE_STREAM);
  };
  const retired = { kind: 'FateRetired', id: 1 as FateId, ...signed } as const;
  const whole = (book: Book) => book.event(a, 1).event(b, 1);
  expect(found([], whole(catalogue().quest(['a', 'b'], 'q')).add(retired, CATALOGUE_STREAM))).toEqual([]);
  const twice = catalogue().add(retired, CATALOGUE_STREAM).add(retired, CATALOGUE_STREAM);
  expect(found([], twice)).toEqual(['FateRetired of 1 at 4 is of what is so already']);
  expect(found([], whole(catalogue().add(retired, CATALOGUE_STREAM).quest(['a', 'b'], 'q')))).toEqual([
    'quest 1 accepted hosts at 6, when nothing started disk-full',
  ]);
  const under = whole(catalogue().quest(['a', 'b'], 'q', 0)).add(retired, CATALOGUE_STREAM);
  const accepted = under.entries.find(({ type }) => type === 'QuestHostsAccepted')!;
  const { batch } = JSON.parse(accepted.json) as { readonly batch: Uuid };
  under.add({ kind: 'QuestHostsEmbarked', batch, ...signed }, questStream(1 as QuestId));
  expect(found([], under)).toEqual([expect.stringMatching(/^FateRetired of 1 at \d+: quest 1 embarked$/)]);
});

test('a redaction that is lost, or there too often, is reported; one that changed nothing may be absent', () => {
  const ask = newAsk({ tag: 't', path: '/events/a~0/redact', body: {}, effect: { kind: 'redacted', event: 'a~0' } });
  const answered = (changed: boolean): Ask => ({ ...ask, attempts: 1, answer: { status: 200, body: { changed } } });
  expect(found([answered(true)], new Book())).toEqual(['t: a~0 t was acknowledged and is lost']);
  expect(found([answered(false)], new Book())).toEqual([]);
  expect(found([answered(true)], new Book().redaction('a~0', 't'))).toEqual([]);
  const twice = new Book().redaction('a~0', 't').redaction('a~0', 't');
  expect(found([answered(true)], twice)).toEqual(['t: a~0 t is there 2 times, asked 1 times']);
  expect(found([answered(true)], new Book().redaction('a~1', 't'))).toHaveLength(1);
});

test('a quest that is lost, not finished, or has a host twice or not at all is reported', () => {
  const [a, b] = [event('', null, 'a'), event('', null, 'b')];
  expect(found([askedQuest(true)], new Book())).toEqual(['q: quest 1 was acknowledged and is lost']);
  const whole = () => new Book().quest(['a', 'b'], 'q').event(a, 1).event(b, 1);
  expect(found([askedQuest(true)], whole())).toEqual([]);
  expect(found([askedQuest(true)], whole().event(a, 1))).toEqual(['quest 1 has 2 events on a']);
  expect(found([], new Book().quest(['a', 'b'], 'q').event(a, 1))).toEqual(['quest 1 has 0 events on b']);
  expect(found([], whole().event(event('', null, 'c'), 1))).toEqual(['quest 1 has no c, which has its event']);
  const open = new Book().quest(['a'], 'q', 0).event(a, 1);
  expect(found([], open)).toEqual(['quest 1 ended 0 times what it accepted 1 times']);
  const short = new Book().quest(['a'], 'q').event(a, 1);
  expect(found([askedQuest(true)], short)).toEqual(['q: quest 1 lacks 1 of its hosts, as b']);
});

test('rule 22: an abandoned quest that is not ended, or on a host not, or has an event behind its end, is reported', () => {
  const b = event('', null, 'b');
  const quest = () =>
    new Book()
      .quest(['a', 'b'], 'q', 0)
      .event(event('', null, 'a'), 1)
      .end('a');
  expect(found([], quest().end('b').abandoned())).toEqual([]);
  expect(found([], quest().event(b, 1).end('b').end('b').abandoned())).toEqual([]);
  expect(found([], quest().end('b').abandoned(false))).toEqual(['quest 1 was abandoned 1 times, and ended 0 times']);
  expect(found([], quest().event(b, 1).abandoned())).toEqual(['abandoned quest 1 has on b: EventLogged']);
  expect(found([], quest().end('b').event(b, 1).abandoned())).toEqual([
    'abandoned quest 1 has on b: QuestEnded EventLogged',
  ]);
  const lost = newAsk({ tag: 'l', path: '/quests/1/abandon', body: {}, effect: { kind: 'quest-abandoned', quest: 1 } });
  expect(found([{ ...lost, attempts: 1, answer: { status: 200, body: {} } }], new Book())).toEqual([
    'l: abandoned-1 l was acknowledged and is lost',
  ]);
});

test('rule 22: a removal that is not ended or not with its hosts, an event that comes behind it, and one that is missing again are reported', () => {
  const of = (host: string) => event('', null, host);
  const quest = () => new Book().quest(['a', 'b'], 'q').event(of('a'), 1).event(of('b'), 1);
  const out = (hosts: readonly string[], endings = 1) => quest().removal(hosts, 'r', endings);
  expect(found([], out(['a']).left('a'))).toEqual([]);
  expect(found([], out(['a']).left('a').batch('a').event(of('a'), 1))).toEqual([]);
  expect(found([], out(['a'], 0).left('a'))).toEqual(['quest 1 ended 0 times a removal that it accepted']);
  const reported = (book: Book) => found([], book).map((fault) => fault.replace(/^.*which has: /, ''));
  expect(reported(out(['a']))).toEqual(['EventLogged']);
  expect(reported(out(['a']).left('a').event(of('a'), 1))).toEqual(['EventLogged QuestLeft EventLogged']);
  expect(reported(out(['a']).left('a').batch('a'))).toEqual(['EventLogged QuestLeft']);
  const effect = { kind: 'quest-hosts-removed', quest: 1, hosts: ['a', 'b', 'z'] } as const;
  const ask = newAsk({ tag: 'r', path: '/quests/1/hosts/remove', body: {}, effect });
  const answered = { ...ask, attempts: 1, answer: { status: 200, body: { notIn: ['z'] } } };
  expect(found([answered], out(['a', 'b']).left('a').left('b'))).toEqual([]);
  expect(found([answered], out(['a']).left('a'))).toEqual(['r: quest 1 was to take out 1 hosts that it kept, as b']);
});

test('what a filter found: an operation that is not over, or misshapen, and what was commanded not at all, twice, or unasked', () => {
  const operation = '00000000-0000-8000-8000-000000000001' as OperationId;
  const stream = operationStream(operation);
  const signed = { by: null, recordedAt } as const;
  const waived = (book: Book, host: string, reason = 't'): Book => {
    const entry = { kind: 'LaborWaived', host: host as HostName, labor: `${host}~0` as LaborId, reason } as const;
    return book.add({ ...entry, ...signed }, hostStream(host as HostName));
  };
  const begun = (...ids: readonly string[]): Book =>
    new Book()
      .add(
        { ...signed, kind: 'OperationDrafted', command: { kind: 'LaborWaived', by: null, reason: 't' }, where: null },
        stream,
      )
      .add({ ...signed, kind: 'OperationListed', nth: 1, ids, found: ids.length, after: [] }, stream)
      .add({ ...signed, kind: 'OperationAccepted', listings: 1, found: ids.length }, stream);
  const over = (book: Book, refused: readonly number[] = []): Book => {
    const entry = { kind: 'OperationAdvanced', nth: 1, position: '1', done: 1, refusedInAll: [] } as const;
    return book.add({ ...entry, ...signed, refused: refused.map((nth) => ({ nth, code: 'labor-not-open' })) }, stream);
  };
  const ask = newAsk({ tag: 't', path: '/labors/waive', body: {}, effect: { kind: 'found' }, once: true });
  const answered = { ...ask, attempts: 2, answer: { status: 202, body: { id: operation } } };
  expect(found([answered], over(waived(begun('a~0', 'b~0'), 'a'), [1]))).toEqual([]);
  expect(found([answered], new Book())).toEqual([`t: there is no operation ${operation}`]);
  expect(found([answered], waived(begun('a~0'), 'a'))).toEqual([`operation ${operation} has Drafted Listed Accepted`]);
  expect(found([answered], over(begun('a~0')))).toEqual(['t: a~0 has it 0 times']);
  expect(found([answered], over(waived(waived(begun('a~0'), 'a'), 'a')))).toEqual(['t: a~0 has it 2 times']);
  expect(found([answered], over(waived(begun('a~0'), 'a'), [0]))).toEqual(['t: a~0 has it 1 times']);
  expect(found([answered], over(waived(begun('a~0', 'a~0'), 'a')))).toEqual([
    `operation ${operation} lists something twice`,
  ]);
  expect(found([answered], waived(over(waived(begun('a~0'), 'a')), 'z'))).toEqual(['t: z~0 was not found and has it']);
  const cancelled = (book: Book): Book =>
    book.add({ ...signed, kind: 'OperationCancelled', reason: 'wrong', advanced: 0 }, stream);
  const two = () =>
    new Book()
      .add(
        { ...signed, kind: 'OperationDrafted', command: { kind: 'LaborWaived', by: null, reason: 't' }, where: null },
        stream,
      )
      .add({ ...signed, kind: 'OperationListed', nth: 1, ids: ['a~0'], found: 1, after: ['x'] }, stream)
      .add({ ...signed, kind: 'OperationListed', nth: 2, ids: ['b~0'], found: 2, after: [] }, stream)
      .add({ ...signed, kind: 'OperationAccepted', listings: 2, found: 2 }, stream);
  expect(found([answered], over(cancelled(waived(two(), 'a'))))).toEqual([]);
  expect(found([answered], cancelled(waived(two(), 'a')))).toEqual([
    `operation ${operation} has Drafted Listed Listed Accepted Cancelled`,
    't: a~0 was not found and has it',
  ]);
  expect(found([answered], waived(over(cancelled(waived(two(), 'a'))), 'b'))).toEqual([
    't: b~0 was not found and has it',
  ]);
  const effect = { kind: 'operation-cancelled', operation } as const;
  const cancelling = { ...newAsk({ tag: 'c', path: '/', body: {}, effect }), attempts: 1 };
  const said = { ...cancelling, answer: { status: 200, body: { cancelled: {} } } };
  expect(found([said, answered], over(waived(begun('a~0'), 'a')))).toEqual([
    'c: a cancellation was acknowledged and is lost',
  ]);
  const results = [
    { id: 'a~0', position: '1' },
    { id: 'b~0', code: 'labor-not-open' },
  ];
  const atOnce = { ...answered, answer: { status: 200, body: { results } } };
  expect(found([atOnce], waived(new Book(), 'a'))).toEqual([]);
  expect(found([atOnce], new Book())).toEqual(['t: a~0 has it 0 times']);
});
