/**
 * The tokens file of a process: read at start, and again when its content changes or somebody asks for it. A file that has
 * become faulty changes nothing: the former tokens are kept, the log and readiness say what is wrong.
 */
import { readFileSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { Log } from '#application';
import { errorCode } from '../../settings/error-code.js';
import { StartError } from '../../settings/start-error.js';
import { parseTokens, type Tokens } from './tokens.js';

/**
 * How often the file is read. Its content is compared, and not watched for events: a mounted secret changes when a link
 * above it is replaced, which no event of the file says.
 */
const LOOK_MS = 2000;
/** Some thousands of tokens; a larger file is refused unread. */
const MAX_BYTES = 1024 * 1024;

export class TokensFile {
  /** Those of the last file that was good. */
  readonly tokens: Tokens;
  private text: string;
  private fault: string | null = null;
  private looking: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;

  /** Throws a {@link StartError} that names the fault and the next step. */
  constructor(
    private readonly path: string,
    private readonly log: Log,
  ) {
    let parsed: Tokens | string;
    let text = '';
    try {
      parsed = sizeFault(statSync(path).size) ?? parseTokens((text = readFileSync(path, 'utf8')));
    } catch (error) {
      parsed = unreadable(error);
    }
    if (typeof parsed === 'string') throw new StartError(this.sentence(parsed));
    this.tokens = parsed;
    this.text = text;
  }

  /** Looks at the file every other second, until {@link close}. */
  follow(): void {
    this.timer = setInterval(() => void this.look(), LOOK_MS).unref();
  }

  close(): void {
    clearInterval(this.timer);
  }

  /** Reads the file, and takes its tokens where they have changed. Never rejects. */
  look(): Promise<void> {
    // a file system that hangs holds up one look, not one after the other
    return (this.looking ??= this.read().finally(() => (this.looking = undefined)));
  }

  /** Why the file on disk does not count, as a sentence; null where it does. */
  trouble(): string | null {
    return this.fault === null ? null : `${this.sentence(this.fault)}; the former tokens are kept`;
  }

  private async read(): Promise<void> {
    try {
      const tooLarge = sizeFault((await stat(this.path)).size);
      if (tooLarge === undefined) this.take(await readFile(this.path, 'utf8'));
      else this.refuse(tooLarge);
    } catch (error) {
      this.refuse(unreadable(error));
    }
  }

  private take(text: string): void {
    if (text === this.text && this.fault === null) return;
    const parsed = parseTokens(text);
    if (typeof parsed === 'string') {
      this.refuse(parsed);
      return;
    }
    this.tokens.become(parsed);
    this.text = text;
    this.fault = null;
    this.log.info('the tokens file was read again', { path: this.path, tokens: parsed.count });
  }

  private refuse(fault: string): void {
    if (fault === this.fault) return;
    this.fault = fault;
    this.log.error('the tokens file is faulty: the former tokens are kept', { reason: this.sentence(fault) });
  }

  private sentence(fault: string): string {
    return `HERMES_TOKENS_FILE: ${this.path}${fault.startsWith('cannot') ? ' ' : ': '}${fault}`;
  }
}

function sizeFault(sizeBytes: number): string | undefined {
  return sizeBytes > MAX_BYTES ? `has ${sizeBytes} bytes, more than the ${MAX_BYTES} that are read` : undefined;
}

function unreadable(error: unknown): string {
  return `cannot be read (${errorCode(error)}): check the path and its permissions`;
}
