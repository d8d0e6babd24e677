/** The callers' side: the views port over a message port, behind which {@link serveViews} answers. */
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import {
  StoreDamaged,
  StoreUnavailable,
  type Views,
  type ViewsControl,
  type ViewsReader,
  type ViewsWriter,
} from '#ports';
import { SqliteLoader } from '../loading/loader.js';
import type { LoadingFile, LoadingFiles } from '../loading/loading-files.js';
import type { OpenLoad } from '../loading/open-load.js';
import type { ListWrites } from '../views.js';
import { Outbox } from './outbox.js';
import {
  deserialize,
  OPENING,
  serialize,
  unpack,
  type FromCaller,
  type Reply,
  type Call,
  type ViewsRole,
} from './protocol.js';

/** Every method of an interface, by name: a forgotten one does not compile. */
type Methods<T> = Readonly<Record<keyof T, true>>;

const CONTROL: Methods<ViewsControl> = {
  ...{ identity: true, claim: true, reset: true, resetEvents: true, generations: true, current: true },
  ...{ createGeneration: true, activate: true, dropGeneration: true, repartition: true },
};
const WRITER: Methods<ViewsWriter> = {
  ...{ load: true, questsOfHost: true, progress: true },
  ...{ apply: true, dirtyQuests: true, sumParts: true, storeRecount: true, parkedHosts: true, parkedQuests: true },
  ...{ behindHosts: true, hostNames: true, questNumbers: true, laborsOf: true, partsOf: true, digestsOf: true },
};
const READER: Methods<Omit<ViewsReader, 'for'>> = {
  ...{
    freshness: true,
    catalogue: true,
    names: true,
    placeBefore: true,
    instantAt: true,
    event: true,
    events: true,
    lastByCategory: true,
    eventsPerHour: true,
  },
  ...{
    labor: true,
    laborsById: true,
    unfinishedQuests: true,
    changedLabors: true,
    changedQuests: true,
    firedFates: true,
    effects: true,
    labors: true,
    laborsAsOf: true,
    quest: true,
    quests: true,
    questHosts: true,
    burndown: true,
    completions: true,
    timesToClose: true,
    questEntries: true,
    questsBehind: true,
    host: true,
  },
  ...{ hosts: true, queriedHosts: true, hostsBehind: true, behindAmong: true, totals: true },
  ...{ partsAsOf: true, parts: true, openAsOf: true, totalsAsOf: true },
};

const LIST: Methods<ListWrites> = { write: true, settle: true };
const LOADING: Methods<LoadingFiles> = { create: true, fileOf: true, loaded: true };

interface PendingCall {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export type ViewsPort = Pick<MessagePort | Worker, 'postMessage'> & {
  on(event: 'message', listener: (answers: readonly Reply[]) => void): unknown;
};

export class ThreadedViews implements Views {
  readonly control = this.role<ViewsControl>('control', CONTROL);
  readonly writer = this.role<ViewsWriter>('writer', WRITER);
  readonly loader: SqliteLoader;
  readonly list = this.role<ListWrites>('list', LIST);
  readonly reader = this.readerFor(null);
  /** Resolves once the views are open; rejects as opening them in this thread would. */
  readonly opened: Promise<unknown>;
  private readonly outbox = new Outbox<Call>(
    (calls) => {
      this.port.postMessage(calls);
    },
    ({ number }, error) => {
      this.take({ number, kind: 'failed', error: serialize(error) });
    },
  );
  private readonly waiting = new Map<number, PendingCall>();
  private last = OPENING;
  private gone: string | null = null;

  private isDamaged = false;

  /** `ended` resolves when the other side is gone. `damaged` is called once, where a call finds damage. `openLoad`: in a thread of its own. */
  constructor(
    private readonly port: ViewsPort,
    private readonly ended: Promise<unknown>,
    openLoad: (file: LoadingFile) => Promise<OpenLoad>,
    private readonly damaged: (reason: string) => void = () => undefined,
  ) {
    const encoder = new URL('../loading/encoding.js', import.meta.url).href;
    this.loader = new SqliteLoader(this.role<LoadingFiles>('loading', LOADING), openLoad, encoder);
    this.opened = this.answerTo(OPENING);
    port.on('message', (answers) => {
      for (const answer of answers) this.take(answer);
    });
    void ended.then(() => {
      this.end('their thread ended');
    });
  }

  /** A port over which another thread has the same views: to be sent there. It ends with that thread, or with these views. */
  beside(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.port.postMessage({ beside: port1 } satisfies FromCaller, [port1]);
    return port2;
  }

  async close(): Promise<void> {
    if (this.gone === null) {
      this.gone = 'they were closed';
      await this.loader.close();
      this.outbox.flush();
      this.port.postMessage('close');
    }
    await this.ended;
  }

  private readerFor(holder: string | null): ViewsReader {
    const questions = this.role<Omit<ViewsReader, 'for'>>('reader', READER, holder);
    return { ...questions, for: (its) => this.readerFor(its) };
  }

  private role<T>(role: ViewsRole, methods: Methods<T>, holder: string | null = null): T {
    const calls = Object.keys(methods).map((method) => [
      method,
      (...args: readonly unknown[]) => this.call({ role, method, args, holder }),
    ]);
    return Object.fromEntries(calls) as T;
  }

  private async call(what: Omit<Call, 'number'>): Promise<unknown> {
    if (this.gone !== null) throw new StoreUnavailable('views', this.gone);
    this.last += 1;
    const call: Call = { number: this.last, ...what };
    const answered = this.answerTo(call.number);
    this.outbox.put(call);
    return answered;
  }

  private answerTo(number: number): Promise<unknown> {
    return new Promise((resolve, reject) => this.waiting.set(number, { resolve, reject }));
  }

  private take(answer: Reply): void {
    const waiting = this.waiting.get(answer.number);
    this.waiting.delete(answer.number);
    if (answer.kind === 'done') {
      waiting?.resolve(answer.value);
      return;
    }
    if (answer.kind === 'packed') {
      waiting?.resolve(unpack(answer.bytes));
      return;
    }
    const error = deserialize(answer.error);
    if (error instanceof StoreDamaged && answer.number !== OPENING && !this.isDamaged) {
      this.isDamaged = true;
      this.damaged(error.reason);
    }
    waiting?.reject(error);
  }

  private end(reason: string): void {
    this.gone ??= reason;
    const unavailable = new StoreUnavailable('views', this.gone);
    for (const { reject } of this.waiting.values()) reject(unavailable);
    this.waiting.clear();
  }
}
