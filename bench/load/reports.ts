/** What a fleet reports in arrays, and what of it must be appended: a request's events, one append for each of its hosts. */
import { encodeEntry, hostStream, keyedEventUuid, type NewEntry } from '#contracts';
import { instantOfMs, parseHostName, type TypeName } from '#domain';
import { randomUUID } from 'node:crypto';
import { hostName, lifeOf, nameOf } from './flows.js';
import { rawAppend, type RawAppend } from './raw-appends.js';

export interface Report {
  /** An array of events, as JSON. */
  readonly body: string;
  readonly appends: readonly RawAppend[];
}

export interface Fleet {
  /** The host of the `n`-th event of all. */
  readonly hostOf: (n: number) => number;
  readonly keyed: boolean;
}

/** Reports without end, `perReport` events in each. */
export class Reports {
  private count = 0;

  constructor(
    private readonly fleet: Fleet,
    private readonly perReport: number,
  ) {}

  take(reports: number): readonly Report[] {
    return Array.from({ length: reports }, () => this.next());
  }

  private next(): Report {
    const body: object[] = [];
    const entries = new Map<string, NewEntry[]>();
    for (let index = 0; index < this.perReport; index += 1) {
      const nth = (this.count += 1);
      const number = this.fleet.hostOf(nth);
      const host = parseHostName(hostName(number))!;
      const type = lifeOf(number, nth);
      const key = this.fleet.keyed ? `${nameOf(type)}/${nth}` : null;
      body.push({ host, type: nameOf(type), by: 'agent', ...(key !== null && { key }) });
      const at = instantOfMs(Date.now())!;
      const entry = encodeEntry(
        {
          ...{
            kind: 'EventLogged',
            host,
            type: nameOf(type) as TypeName,
            ...type,
            at,
            recordedAt: at,
            by: 'agent',
            key,
          },
          ...{ note: null, attributes: null, quest: null },
        },
        key === null ? randomUUID() : keyedEventUuid(host, nameOf(type) as TypeName, key),
      );
      const stream = hostStream(host);
      const own = entries.get(stream);
      if (own === undefined) entries.set(stream, [entry]);
      else own.push(entry);
    }
    return {
      body: JSON.stringify(body),
      appends: [...entries].map(([stream, own]) => rawAppend(stream, own)),
    };
  }
}
