/** Plays recorded exchanges with the real client, and writes down the answers as the record has them. */
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  binaryEvent,
  jsonEvent,
  streamNameFilter,
  type AppendStreamState,
  type KurrentDBClient,
  type ResolvedEvent,
} from '@kurrent/kurrentdb-client';

interface Arguments {
  readonly stream?: string;
  /** A number is an exact revision. */
  readonly state?: number | 'any' | 'no_stream' | 'stream_exists';
  readonly events?: readonly {
    readonly id: string;
    readonly type?: string;
    readonly data?: Record<string, unknown>;
    readonly metadata?: Record<string, unknown>;
    readonly binary?: string;
  }[];
  readonly prefixes?: readonly string[];
  readonly direction?: 'forwards' | 'backwards';
  readonly fromRevision?: number | 'end';
  readonly fromPosition?: 'start' | 'end';
  /** The event with this id was the last of an earlier append; a read from it begins with it, a subscription after it. */
  readonly fromEvent?: string;
  readonly afterEvent?: string;
  readonly from?: number | 'start';
  readonly maxCount?: number;
  readonly want?: number;
  readonly metadata?: { readonly maxCount: number };
  readonly bytes?: number;
}

export interface Exchange {
  readonly op: string;
  readonly args: Arguments;
  readonly result: Record<string, unknown>;
}

interface Shown {
  readonly stream: string;
  readonly position: bigint;
  readonly [more: string]: unknown;
}

type Live = ReturnType<KurrentDBClient['subscribeToAll']> | ReturnType<KurrentDBClient['subscribeToStream']>;

type Answer = { position?: bigint; events?: readonly Shown[]; [more: string]: unknown };

export class Player {
  private readonly positions = new Map<string, bigint>();
  private readonly answers: Answer[] = [];

  constructor(
    private readonly client: KurrentDBClient,
    private readonly prefix: string,
  ) {}

  async play({ op, args }: Exchange): Promise<void> {
    const answer = await this.call(op, args).catch((error: unknown) => this.errorOf(error));
    this.answers.push(answer);
    const last = args.events?.at(-1);
    if (last !== undefined && answer.position !== undefined) this.positions.set(last.id, answer.position);
  }

  /** What came back so far, positions as ranks among all that were seen. */
  results(): unknown {
    const seen = this.answers.flatMap(({ position, events = [] }) => [
      ...(position === undefined ? [] : [position]),
      ...events.map((event) => event.position),
    ]);
    const ranks = [...new Set(seen)].sort((a, b) => (a < b ? -1 : 1));
    const rankOf = (position: bigint) => ranks.indexOf(position);
    return this.answers.map(({ position, events, ...answer }) => ({
      ...answer,
      ...(position !== undefined && { position: rankOf(position) }),
      ...(events && { events: events.map((event) => ({ ...event, position: rankOf(event.position) })) }),
    }));
  }

  private async call(op: string, args: Arguments): Promise<Answer> {
    const stream = this.named(args.stream ?? '');
    const filter = () => streamNameFilter({ prefixes: (args.prefixes ?? []).map((one) => this.named(one)) });
    const { direction = 'forwards', maxCount } = args;
    const count = maxCount === undefined ? {} : { maxCount };
    switch (op) {
      case 'append':
        return this.append(stream, args);
      case 'appendBytes': {
        const data = new Uint8Array(args.bytes ?? 0);
        const { success } = await this.client.appendToStream(stream, [binaryEvent({ type: 't', data })]);
        return { success };
      }
      case 'read': {
        const from = args.fromRevision ?? 'start';
        const fromRevision = typeof from === 'number' ? BigInt(from) : from;
        return this.all(this.client.readStream(stream, { direction, fromRevision, ...count }));
      }
      case 'readAll': {
        const from = args.fromPosition ?? this.place(args.fromEvent);
        return this.all(this.client.readAll({ direction, fromPosition: from, filter: filter(), ...count }));
      }
      case 'subscribeAll': {
        const fromPosition = args.afterEvent === undefined ? 'start' : this.place(args.afterEvent);
        return this.live(this.client.subscribeToAll({ fromPosition, filter: filter() }), args.want);
      }
      case 'subscribeStream': {
        const fromRevision = typeof args.from === 'number' ? BigInt(args.from) : 'start';
        return this.live(this.client.subscribeToStream(stream, { fromRevision }), args.want);
      }
      case 'setMetadata':
        await this.client.setStreamMetadata(stream, { ...args.metadata });
        return {};
      case 'delete':
        await this.client.deleteStream(stream);
        return {};
      case 'tombstone':
        await this.client.tombstoneStream(stream);
        return {};
      default:
        throw new Error(`no such call: ${op}`);
    }
  }

  private async append(stream: string, { state = 'any', events = [] }: Arguments): Promise<Answer> {
    const streamState: AppendStreamState = typeof state === 'number' ? BigInt(state) : state;
    const list = events.map(({ id, type = 't', data, metadata, binary }) => {
      const common = { id: uuidOf(id), type, ...(metadata && { metadata }) };
      return binary === undefined
        ? jsonEvent({ ...common, data: data ?? { n: id } })
        : binaryEvent({ ...common, data: new Uint8Array(Buffer.from(binary, 'base64')) });
    });
    for (const { id } of events) this.names.set(uuidOf(id), id);
    const { success, nextExpectedRevision, position } = await this.client.appendToStream(stream, list, { streamState });
    return {
      success,
      nextExpectedRevision: Number(nextExpectedRevision),
      ...(position && { position: position.commit }),
    };
  }

  private readonly names = new Map<string, string>();

  private async all(events: AsyncIterable<ResolvedEvent>): Promise<Answer> {
    const shown: Shown[] = [];
    for await (const event of events) shown.push(this.shown(event));
    return { events: shown };
  }

  /** As many as are wanted, or all up to the end. */
  private async live(subscription: Live, want = 0): Promise<Answer> {
    const shown: Shown[] = [];
    await new Promise<void>((resolve, reject) => {
      subscription.on('error', reject);
      subscription.on('caughtUp', () => void nextTurn().then(resolve));
      subscription.on('data', (event: ResolvedEvent) => {
        shown.push(this.shown(event));
        if (shown.length === want) resolve();
      });
    });
    await subscription.unsubscribe();
    return { events: shown };
  }

  private shown({ event, commitPosition }: ResolvedEvent): Shown {
    if (event?.position === undefined) throw new Error('an event without a position');
    return {
      stream: event.streamId.replace(this.prefix, '@'),
      id: this.names.get(event.id),
      type: event.type,
      revision: Number(event.revision),
      isJson: event.isJson,
      data: event.isJson ? event.data : Buffer.from(event.data).toString('base64'),
      metadata: event.metadata ?? null,
      position: event.position.commit,
      hasCommit: commitPosition !== undefined,
    };
  }

  private place(event = ''): { readonly commit: bigint; readonly prepare: bigint } {
    const position = this.positions.get(event);
    if (position === undefined) throw new Error(`no position of ${event}`);
    return { commit: position, prepare: position };
  }

  private errorOf(error: unknown): Answer {
    if (!(error instanceof Error)) throw error;
    const { type, streamName, expectedState, actualState } = error as Error & Record<string, unknown>;
    const plain = (value: unknown) => (typeof value === 'bigint' ? Number(value) : value);
    return {
      error: error.constructor.name,
      ...(type !== undefined && { type }),
      ...(typeof streamName === 'string' && { stream: streamName.replace(this.prefix, '@') }),
      ...(expectedState !== undefined && { expected: plain(expectedState), actual: plain(actualState) }),
    };
  }

  private named(stream: string): string {
    return stream.replace('@', this.prefix);
  }
}

/** The same for the same name. */
function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
