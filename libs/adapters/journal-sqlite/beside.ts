/**
 * The journal of one SQLite file for another thread of the process that has it open: it reads the file through a connection of its own,
 * and shows no more than what that process knows to be on the disk.
 */
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { connect, Soundness, type Database } from '#adapters/sqlite';
import { START, type Position, type StoredEntry } from '#contracts';
import {
  ReadRoom,
  requireLimit,
  requireRead,
  StoreUnavailable,
  type Journal,
  type ReadJournal,
  type StreamRead,
} from '#ports';
import { identityIn } from './journal.js';
import { LIMITS } from './limits.js';
import { prepareStatements, type Statements } from './statements.js';

/** Asks for the head, by the number of the question. */
type Question = number;

interface Answer {
  readonly question: Question;
  readonly head?: StoredEntry;
  /** Where there is no head. */
  readonly reason?: string;
}

/** A port for the other thread, which {@link openJournalBeside} takes. It ends with that thread. */
export function besideOf(journal: Pick<Journal, 'head'>): MessagePort {
  const { port1, port2 } = new MessageChannel();
  const answer = (answered: Answer): void => {
    port1.postMessage(answered);
  };
  port1.on('message', (question: Question) => {
    journal.head().then(
      (head) => {
        answer({ question, head });
      },
      (error: unknown) => {
        const reason = error instanceof StoreUnavailable ? error.reason : 'its head cannot be read';
        answer({ question, reason });
      },
    );
  });
  // it alone keeps no process alive
  port1.unref();
  return port2;
}

export interface JournalBesideOptions {
  readonly file: string;
  readonly port: MessagePort;
}

/** Called once, where damage is found, with what was found. */
type Damaged = (finding: string) => void;

/** Throws a StoreUnavailable where the file cannot be opened, an Error where it is damaged. Close it, and the port is closed. */
export function openJournalBeside(
  { file, port }: JournalBesideOptions,
  damaged: Damaged = () => undefined,
): ReadJournal & Pick<Journal, 'close'> {
  return new JournalBeside(connect('journal', file), port, damaged);
}

/** Longest that a statement waits while another connection changes the file's log. */
const BUSY_TIMEOUT_MS = 250;

class JournalBeside implements ReadJournal, Pick<Journal, 'close'> {
  readonly identity: Journal['identity'];
  readonly maxReadEntries = LIMITS.maxReadEntries;
  readonly maxReadCharacters = LIMITS.maxPageCharacters;
  private readonly statements: Statements;
  private readonly soundness: Soundness;
  private readonly heads: Heads;
  /** Everything up to there is on the disk. */
  private durable: Position = START;

  constructor(
    private readonly database: Database,
    private readonly port: MessagePort,
    damaged: Damaged,
  ) {
    this.soundness = new Soundness('journal', (_, finding) => {
      damaged(finding);
    });
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA query_only = 1`);
    this.statements = prepareStatements(database);
    this.identity = this.soundness.reading(() => identityIn(this.statements));
    this.heads = new Heads(port);
  }

  async head(): Promise<StoredEntry> {
    const head = await this.heads.next();
    if (head.position > this.durable) this.durable = head.position;
    return head;
  }

  async read(reads: readonly StreamRead[]): Promise<readonly (readonly StoredEntry[])[]> {
    for (const read of reads) requireRead(read, this.maxReadEntries);
    const room = new ReadRoom(this);
    const answers: (readonly StoredEntry[])[] = [];
    for (const read of reads) {
      if (room.isUsedUp) break;
      answers.push(await this.shown(this.soundness.reading(() => this.statements.read(read, room))));
    }
    return answers;
  }

  async readAll(after: Position, limit: number): Promise<readonly StoredEntry[]> {
    requireLimit(limit, this.maxReadEntries);
    await nextTurn();
    return this.shown(this.soundness.reading(() => this.statements.after(after, limit, this.maxReadCharacters)));
  }

  async entryAt(position: Position): Promise<StoredEntry | undefined> {
    const entry = this.soundness.reading(() => this.statements.at(position));
    return entry && (await this.shown([entry]))[0];
  }

  async close(): Promise<void> {
    const closed = once(this.port, 'close');
    this.port.close();
    await closed;
    this.database.close();
  }

  /** What is on the disk of it. What was acknowledged before the call always is. */
  private async shown(entries: readonly StoredEntry[]): Promise<readonly StoredEntry[]> {
    const isBeyond = ({ position }: StoredEntry): boolean => position > this.durable;
    if (!entries.some(isBeyond)) return entries;
    await this.head();
    return entries.some(isBeyond) ? entries.filter((entry) => !isBeyond(entry)) : entries;
  }
}

/** The head, as the other thread answers it. */
class Heads {
  private readonly waiting = new Map<Question, (answer: Answer) => void>();
  private last: Question = 0;
  private isClosed = false;

  constructor(private readonly port: MessagePort) {
    port.on('message', (answer: Answer) => {
      this.waiting.get(answer.question)?.(answer);
      this.waiting.delete(answer.question);
    });
    port.once('close', () => {
      this.isClosed = true;
      for (const [question, take] of this.waiting) take({ question, reason: 'it was closed' });
      this.waiting.clear();
    });
  }

  async next(): Promise<StoredEntry> {
    if (this.isClosed) throw new StoreUnavailable('journal', 'it was closed');
    const question = (this.last += 1);
    const { head, reason = 'its head cannot be read' } = await new Promise<Answer>((resolve) => {
      this.waiting.set(question, resolve);
      this.port.postMessage(question);
    });
    if (head === undefined) throw new StoreUnavailable('journal', reason);
    return head;
  }
}
