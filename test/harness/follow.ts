/** A client of `GET /changes` as docs/changes.md has it: keeps the newest of each labor and quest, and the id to resume from. */
import { until } from '../../libs/testing/until.js';
import type { Json } from './api.js';

export interface Sent {
  readonly event: string;
  readonly data: Json;
  readonly id: string | null;
}

export class FollowedChanges {
  readonly sent: Sent[] = [];
  /** By id, of the greatest position. */
  readonly labors = new Map<string, Json>();
  readonly quests = new Map<string, Json>();
  /** The last id that came. */
  lastId: string | null = null;
  /** Whether the stream ended by itself. */
  hasEnded = false;
  private leaving = new AbortController();

  constructor(
    private readonly origin: () => string,
    private readonly query = '',
    private readonly headers: Readonly<Record<string, string>> = {},
  ) {}

  /** Resolves with the answer's status once its head is there; from then on what comes is taken. Resumes where it was before. */
  async open(): Promise<number> {
    this.leaving = new AbortController();
    const resumed = this.lastId === null ? {} : { 'last-event-id': this.lastId };
    const response = await fetch(`${this.origin()}/api/v1/changes${this.query}`, {
      headers: { ...this.headers, ...resumed },
      signal: this.leaving.signal,
    });
    this.hasEnded = false;
    if (!response.ok) await response.text();
    else if (response.body !== null) void this.read(response.body).catch(() => (this.hasEnded = true));
    return response.status;
  }

  leave(): void {
    this.leaving.abort();
  }

  async untilSent(what: string, isIt: (sent: Sent) => boolean): Promise<Sent> {
    await until(what, async () => this.sent.some(isIt));
    return this.sent.find(isIt) as Sent;
  }

  /** What came of one kind, in the order in which it came. */
  of(event: string): readonly Json[] {
    return this.sent.filter((each) => each.event === event).map(({ data }) => data);
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true });
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const each of events) this.take(each);
    }
    this.hasEnded = true;
  }

  private take(text: string): void {
    const fields = new Map(
      text.split('\n').map((line): [string, string] => {
        const at = line.indexOf(': ');
        return [line.slice(0, at), line.slice(at + 2)];
      }),
    );
    const [event, data, id = null] = [fields.get('event'), fields.get('data'), fields.get('id')];
    if (event === undefined || data === undefined) return;
    const sent = { event, data: JSON.parse(data) as Json, id };
    this.sent.push(sent);
    this.lastId = id ?? this.lastId;
    this.keep(this.labors, sent.data['labor'], sent.data);
    this.keep(this.quests, sent.data['quest'], sent.data);
  }

  private keep(known: Map<string, Json>, thing: Json | undefined, data: Json): void {
    if (thing === undefined) return;
    const id = String(thing['id']);
    const before = known.get(id);
    if (before !== undefined && BigInt(String(before['position'])) > BigInt(String(data['position']))) return;
    known.set(id, Object.assign({}, thing, { position: data['position'] }));
  }
}
