/** Answers lists: a page as JSON, or the whole of it, streamed as CSV or NDJSON. One per app that serves lists. */
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { applyDecorators, StreamableFile, type FactoryProvider } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Share, type Answer, type FreshnessDemand, type Shown } from '#application';
import type { Page, PageBody, PageRequest, Schema } from '#contracts';
import { StoreOverloaded, StoreUnavailable } from '#ports';
import type { PlatformLog } from '../../operate/log.js';
import { placeOf } from '../../http/places.js';
import { ProblemError, valueOf } from '../../http/problems/problem-error.js';
import { LOG } from '../../wiring/tokens.js';
import { csvHeader, csvRows, type CsvTable } from './csv.js';
import type { AnswerDescription, Operation } from '../description/operation.js';
import { Tagged } from '../entity-tag.js';
import { showing } from '../freshness.js';
import { Serves, TakesQuery } from '../head-guard.js';
import { LIST_MEDIA, listAnswer, type ListForm, type ListRequest } from './list-query.js';
import { Stalled, streamList } from './list-stream.js';

/** As many whole lists are streamed at once, one holder's at most three quarters of them; each holds a page or two. */
export const MAX_STREAMS = 16;
/** A reader that takes nothing for so long is given up. */
const STALL_MS = 60_000;
/** A page that the store does not read at present is asked for again after this long, for as long as a reader may stall. */
const RETRY_MS = 500;

const CONTENT_TYPES = {
  csv: 'text/csv; charset=utf-8; header=present',
  ndjson: 'application/x-ndjson',
} as const satisfies Readonly<Record<Exclude<ListForm, 'json'>, string>>;

/** The route answers a list, asked as `Asked` reads it. */
export const Listing = (): MethodDecorator & ClassDecorator =>
  applyDecorators(TakesQuery(), Serves(...LIST_MEDIA), Tagged());

/** What the API document says of the answers of such a route. */
export function wholeListOf(page: Schema, headers: AnswerDescription['headers'] = {}): Operation['answers'] {
  const line = { anyOf: [page.properties?.['items']?.items ?? {}], description: 'One a line.' };
  const about = 'A page of the list; as CSV or NDJSON all of it, or its first `limit` items (any number of them).';
  const content = { 'application/json': page, 'text/csv': { type: 'string' }, 'application/x-ndjson': line };
  return { 200: { about, content, headers } };
}

/** How the items of a list are shown; as CSV nothing is nested. */
export interface ListShape<T, B = object> extends CsvTable<T> {
  /** Of the file that a whole list may be kept as, without its ending. */
  readonly name: string;
  readonly page: Schema<PageBody<B>>;
  readonly present: (item: T) => B;
}

export type ListBody = PageBody<unknown> | StreamableFile;

/** One request for a list. `read` asks for a page of what was asked for. */
export interface ListCall<T, S extends string> {
  readonly reply: FastifyReply;
  readonly shape: ListShape<T, unknown>;
  readonly asked: ListRequest<unknown, S>;
  readonly demand: FreshnessDemand;
  readonly read: (page: PageRequest<S>, demand: FreshnessDemand) => Answer<Page<T>>;
}

export class Lists {
  private readonly streams = new Share(MAX_STREAMS);

  constructor(
    private readonly log: PlatformLog,
    private readonly stallMs = STALL_MS,
  ) {}

  /** Throws a {@link ProblemError} where nothing was sent yet; later failures cut the connection. */
  async answer<T, S extends string>(call: ListCall<T, S>): Promise<ListBody> {
    const { reply, shape, asked, read } = call;
    const { form, context, asOf } = asked;
    const demand = asOf === undefined ? call.demand : { ...call.demand, asOf };
    const { holder } = placeOf(reply.request);
    void reply.header('vary', 'accept');
    if (form === 'json') {
      const shown = valueOf(await read(asked.page, demand));
      return listAnswer(showing(reply, { ok: true, value: shown }), shape.present, context, shown.asOf);
    }
    this.admit(reply, holder);
    let stream: Readable;
    try {
      const first = valueOf(await read(asked.page, demand));
      showing(reply, { ok: true, value: first });
      // Nest sends nothing of it, but whether it has rows or not a HEAD is answered as its GET is
      stream = reply.request.method === 'HEAD' ? Readable.from([]) : this.stream(call, first, form);
    } catch (error) {
      this.streams.give(holder);
      throw error;
    }
    stream.once('close', () => {
      this.streams.give(holder);
    });
    void reply.header('cache-control', 'no-store');
    const disposition = `attachment; filename="${shape.name}.${form}"`;
    return new StreamableFile(stream, { type: CONTENT_TYPES[form], disposition });
  }

  /** Takes one of the places, or throws. */
  private admit({ request }: FastifyReply, holder: string): void {
    if (request.raw.httpVersion === '1.0') {
      // its texts end where the connection does: nobody could tell one that was cut from one that is whole
      const detail =
        'whole lists are sent in HTTP/1.1 only: ask in it (a proxy may have to be configured), or read pages of JSON';
      throw new ProblemError({ code: 'not-acceptable', detail });
    }
    if (!this.streams.take(holder)) {
      const detail = `${MAX_STREAMS} whole lists are being sent, or this token or address has its share of them: try again shortly, or read pages of JSON`;
      throw new ProblemError({ code: 'overloaded', detail });
    }
  }

  private stream<T, S extends string>(
    { reply, shape, asked, demand, read }: ListCall<T, S>,
    first: Shown<Page<T>>,
    form: Exclude<ListForm, 'json'>,
  ): Readable {
    const { present } = shape;
    const { place } = demand;
    const list = streamList({
      first: first.body,
      // freshness was looked up once, and the generation stays: pages of two would not be one list
      next: (after, limit) =>
        this.patiently(
          async () =>
            valueOf(await read({ ...asked.page, after, limit }, { ...(place && { place }), sameAs: first })).body,
        ),
      pageLimit: asked.page.limit,
      most: asked.most,
      head: form === 'csv' ? csvHeader(shape, asked.dialect) : '',
      write:
        form === 'csv'
          ? (items) => csvRows(shape, items, asked.dialect)
          : (items) => items.map((item) => `${JSON.stringify(present(item))}\n`).join(''),
      stallMs: this.stallMs,
    });
    const fields = { requestId: reply.request.id, list: asked.context.list, form };
    list.stream.once('close', () => {
      this.tell(list.stream, { ...fields, rows: list.rows() });
    });
    return list.stream;
  }

  /** A list that is being sent is not cut because many questions wait just then. A page that alone takes too long is not asked for again. */
  private async patiently<P>(read: () => Promise<P>): Promise<P> {
    const untilMs = performance.now() + this.stallMs;
    for (;;) {
      try {
        return await read();
      } catch (error) {
        const isBusy = error instanceof StoreOverloaded && error.why === 'busy';
        if (!isBusy || performance.now() >= untilMs) throw error;
        await sleep(Math.min(RETRY_MS, this.stallMs));
      }
    }
  }

  private tell(stream: Readable, fields: object): void {
    const { errored } = stream;
    if (errored === null) {
      if (stream.readableEnded) this.log.debug('a whole list was sent', fields);
      else this.log.info('a whole list was not taken to its end', fields);
    } else if (
      errored instanceof Stalled ||
      errored instanceof StoreUnavailable ||
      errored instanceof StoreOverloaded
    ) {
      this.log.warn('a whole list was cut off', { ...fields, reason: errored.message });
    } else this.log.error('a whole list was cut off by a defect', { ...fields, err: errored });
  }
}

/** For modules whose controllers answer lists. */
export const listsProvider: FactoryProvider<Lists> = {
  provide: Lists,
  inject: [LOG],
  useFactory: (log: PlatformLog) => new Lists(log),
};
