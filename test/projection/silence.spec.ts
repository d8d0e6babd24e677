/** R14: a rebuild is silent. Who follows changes goes on through one that was proved equal, and is reset by another. */
import {
  createChangesPublisher,
  createReading,
  provedBy,
  silentLog,
  type Follower,
  type Notice,
  type Projector,
  type ProveGenerations,
  textOfPlace,
} from '#application';
import { DOCUMENTS_VERSION, positionOf } from '#contracts';
import type { HostName, QuestId } from '#domain';
import type { Journal, Views } from '#ports';
import { createMemoryJournal, MemoryChangesTopic, Play, until } from '#testing';
import {
  acceptQuest,
  append,
  appendHistory,
  clock,
  follow,
  hearHead,
  newViews,
  projectorOver,
  served,
  settle,
  tidyUp,
} from './rig.js';

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await tidyUp();
});

/** A client of the changes that keeps all that comes, and resumes from its last place. */
class Client implements Follower {
  readonly notices: Notice[] = [];
  /** By id: the last that came. */
  readonly last = new Map<string, string>();
  readonly sent: string[] = [];
  place: string | null = null;
  leave: () => void = () => undefined;

  take({ changes, place, ...notice }: Notice): void {
    this.notices.push({ ...notice, changes, place });
    for (const change of changes) {
      const key = change.kind === 'labor' ? change.labor.labor.id : `quest ${change.quest.id}`;
      this.sent.push(key);
      this.last.set(key, change.kind === 'labor' ? stateOf(change.labor.labor) : numbersOf(change.quest.tally));
    }
    if (place !== null) this.place = textOfPlace(place);
  }
  async bring(notice: Notice): Promise<boolean> {
    this.take(notice);
    return true;
  }
  end(): void {
    this.leave();
  }
  get resets(): number {
    return this.notices.filter(({ reset }) => reset).length;
  }
  get generation(): number {
    return Number(this.place?.split('.')[0]);
  }
}

function stateOf({ state, position }: { readonly state: string; readonly position: bigint }): string {
  return `${state}@${position}`;
}

function numbersOf(tally: { readonly open: number; readonly completed: number } | null): string {
  return `${tally?.open} open, ${tally?.completed} completed`;
}

async function world(prove: (parts: { journal: Journal; views: Views }) => ProveGenerations | undefined = provedBy) {
  const journal = createMemoryJournal();
  const hosts = Array.from({ length: 5 }, (_, n) => `h${n}` as HostName);
  await acceptQuest(journal, 1 as QuestId, hosts);
  const play = new Play('x-required => x-done');
  for (let n = 0; n < 30; n += 1)
    play.event(n % 3 === 2 ? 'x-done' : 'x-required', { host: hosts[n % 5] as HostName, quest: 1 as QuestId });
  await appendHistory(journal, play.history);
  const views = await newViews();
  const proving = prove({ journal, views });
  const projector = projectorOver(journal, views, proving && { prove: proving });
  await projector.prepare({ rebuild: false });
  await follow(projector);
  await settle(views);
  // what the start has counted lies behind followers that begin now
  play.event('x-done', { host: 'h9' as HostName });
  await append(journal, play.history.steps.at(-1)!.entry);
  await hearHead(projector, journal);
  const stopping = new AbortController();
  // a relay that has published all there is, again and again
  const hearing = (async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await hearHead(projector, journal).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  ends.push(() => {
    stopping.abort();
    return hearing;
  });
  const reading = createReading({ views: views.reader, clock, maxWaitS: 1, stopping: stopping.signal });
  const client = async (from: string | null = null): Promise<Client> => {
    const made = new Client();
    const outcome = await reading.follow({ question: {}, from, holder: 'a' }, made);
    if (!outcome.ok) throw new Error(outcome.problem.detail);
    made.leave = () => {
      outcome.value.leave();
    };
    await until('a place', async () => made.place !== null);
    return made;
  };
  let at = play.history.steps.length;
  /** One more labor that opens or closes; resolves once it is in the journal. */
  const event = async (name: 'x-required' | 'x-done', host: number): Promise<void> => {
    play.event(name, { host: hosts[host] as HostName, quest: 1 as QuestId });
    for (; at < play.history.steps.length; at += 1) await append(journal, play.history.steps[at]!.entry);
  };
  return { journal, views, projector, client, event };
}

async function rebuilt({
  projector,
  views,
}: {
  readonly projector: Projector;
  readonly views: Views;
}): Promise<number> {
  const begun = await projector.rebuilds.begin();
  if (!begun.ok) throw new Error(begun.problem.detail);
  await ended(projector, begun.value.id);
  return served(views);
}

async function ended(projector: Projector, id: number): Promise<void> {
  await until(
    'it is served',
    async () => {
      const job = await projector.rebuilds.get(String(id));
      return job.ok && job.value.state === 'activated';
    },
    { limitMs: 30_000 },
  );
}

/** Until the client has what the views hold, which have all of the journal. */
async function hasAll(
  client: Client,
  { journal, views }: { readonly journal: Journal; readonly views: Views },
): Promise<void> {
  const generation = await served(views);
  const { position: head } = await journal.head();
  await until('the views have all', async () => {
    const progress = await views.writer.progress(generation);
    return progress.every(({ position }) => position >= head);
  });
  await settle(views);
  let missing: readonly string[] = [];
  await until(
    'it has all',
    async () => {
      const page = { sort: '-openedAt', limit: 1000, after: null, count: 1000 } as never;
      const { items } = await views.reader.labors(generation, {}, page);
      const quest = await views.reader.quest(generation, 1 as QuestId);
      const wanted = new Map(items.map(({ labor }) => [String(labor.id), stateOf(labor)]));
      wanted.set('quest 1', numbersOf(quest?.recount?.tally ?? null));
      // what it never had has not changed since it began
      missing = [...wanted]
        .filter(([key, value]) => client.last.has(key) && client.last.get(key) !== value)
        .map(([key, value]) => `${key}: ${value}, and not ${client.last.get(key)}`);
      return missing.length === 0;
    },
    { seen: () => missing.join('; ') },
  );
}

test('through a rebuild that is proved equal a follower gets nothing, and goes on; what changes then comes once', async () => {
  const made = await world();
  const { client, event, views } = made;
  const one = await client();
  await event('x-required', 0);
  await until('it came', async () => one.sent.length >= 2);
  await settle(views);
  const sent = [...one.sent];
  const next = await rebuilt(made);
  await until('it went over', async () => one.generation === next);
  expect(one.resets).toBe(0);
  expect(one.sent).toEqual(sent);
  // in the new one nothing has a place that was sent before
  expect(await views.reader.changedQuests(next, { seenAt: positionOf(0n), after: null }, 10)).toEqual([]);
  await event('x-done', 0);
  await until('it came', async () => one.sent.length >= sent.length + 2);
  await settle(views);
  await hasAll(one, made);
  const since = one.sent.slice(sent.length).filter((key) => !key.startsWith('quest'));
  expect(new Set(since).size).toBe(since.length);
  expect(one.resets).toBe(0);
});

test('whenever something changes during it nothing is missing: neither to who stays nor to who resumes from a former place', async () => {
  // hosts that change all the time cannot be compared
  const made = await world(() => () => Promise.resolve({ differences: 0 }));
  const { client, event, views, projector } = made;
  const stays = await client();
  const resumes: Client[] = [];
  const begun = await projector.rebuilds.begin();
  if (!begun.ok) throw new Error(begun.problem.detail);
  const over = new AbortController();
  ends.push(() => {
    over.abort();
  });
  const writing = (async (): Promise<void> => {
    for (let n = 0; !over.signal.aborted; n += 1) {
      if (n % 20 === 0 && resumes.length < 10) {
        const one = await client();
        one.leave();
        resumes.push(one);
      }
      await event(n % 2 === 0 ? 'x-required' : 'x-done', n % 5);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  await ended(projector, begun.value.id);
  const next = await served(views);
  await until('it went over', async () => stays.generation === next);
  over.abort();
  await writing;
  await settle(views);
  await hasAll(stays, made);
  expect(stays.resets).toBe(0);
  expect(resumes.length).toBeGreaterThan(1);
  for (const former of resumes) {
    const again = await client(former.place);
    await until('it is brought up', async () => again.generation === next);
    const had = new Map([...former.last, ...again.last]);
    again.last.clear();
    for (const [key, value] of had) again.last.set(key, value);
    await hasAll(again, made);
    expect(again.resets).toBe(0);
    again.leave();
  }
}, 60_000);

test('what a start has rebuilt and counts only then is published: who read it uncounted hears of it', async () => {
  const { views } = await world();
  const [quest] = await views.reader.changedQuests(await served(views), { seenAt: positionOf(1n), after: null }, 10);
  expect(quest?.quest.quest).toBe(1);
});

test('where it is served by command, or another one was rolled back to, a follower is reset', async () => {
  const made = await world(() => undefined);
  const { client, projector, views } = made;
  const one = await client();
  const before = one.generation;
  const begun = await projector.rebuilds.begin();
  if (!begun.ok) throw new Error(begun.problem.detail);
  await projector.rebuilds.activate(String(begun.value.id));
  await ended(projector, begun.value.id);
  await until('it went over', async () => one.generation !== before);
  expect([one.resets, one.sent]).toEqual([1, []]);
  const back = await projector.rebuilds.rollBack(String(before));
  if (!back.ok) throw new Error(back.problem.detail);
  await ended(projector, back.value.id);
  await until('it went back', async () => one.generation === before);
  expect([one.resets, await views.control.current(DOCUMENTS_VERSION)]).toEqual([2, before]);
}, 60_000);

test('what was proved equal and then rolled back from is continued by none: its followers are reset', async () => {
  const made = await world();
  const { client, projector } = made;
  const one = await client();
  const before = one.generation;
  const former = one.place;
  const next = await rebuilt(made);
  await until('it went over', async () => one.generation === next);
  const back = await projector.rebuilds.rollBack(String(before));
  if (!back.ok) throw new Error(back.problem.detail);
  await ended(projector, back.value.id);
  await until('it went back', async () => one.generation === before);
  expect(one.resets).toBe(1);
  // its own place is good again
  const again = await client(former);
  await until('it is brought up', async () => again.generation === before);
  expect(again.resets).toBe(0);
}, 60_000);

test('the publisher goes on through it, also where it was killed before and starts after; of the rebuild it publishes nothing', async () => {
  const made = await world();
  const { journal, views, event } = made;
  const topic = new MemoryChangesTopic();
  const start = (owner: string) => {
    const publisher = createChangesPublisher({ journal, views: views.reader, topic, clock, log: silentLog, owner });
    publisher.start();
    ends.push(() => publisher.close());
    return publisher;
  };
  const place = async (): Promise<string> =>
    (JSON.parse((await journal.readState('changes'))?.value ?? '{}') as { place?: string }).place ?? '';
  const first = start('one');
  await until('it follows', async () => (await place()) !== '');
  const next = await rebuilt(made);
  await until('it went over', async () => (await place()).startsWith(`${next}.`));
  expect(topic.messages).toEqual([]);
  await first.close();
  await event('x-required', 1);
  await settle(views);
  const last = await rebuilt(made);
  await event('x-done', 1);
  start('two');
  await until('it went over', async () => (await place()).startsWith(`${last}.`), { limitMs: 20_000 });
  await settle(views);
  await until('all came', async () => topic.messages.some(({ json }) => json.includes('"completed"')));
  expect(topic.messages.filter(({ kind }) => kind === 'reset')).toEqual([]);
  expect(topic.messages.map(({ kind }) => kind)).toContain('quest');
}, 60_000);
