/**
 * A file to which lines are appended, for lines that a file of their own was asked for. Nobody waits for the disk: lines that
 * it has not taken wait in memory, up to a bound; those beyond it are lost, counted, and reported.
 */
import { closeSync, openSync, statSync } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { setTimeout as after } from 'node:timers/promises';
import type { Log } from '#application';
import { errorCode } from '../settings/error-code.js';
import { StartError } from '../settings/start-error.js';

/** Of lines that wait for the disk. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
/** Of lines that are written at once. */
const MAX_PIECE_BYTES = 64 * 1024;
/** How often the file is looked for under its name, and one that could not be written is tried again. */
const LOOK_MS = 2000;
/** How long the last lines may take at the end. */
const END_MS = 2000;
/** Read and written by its owner only. */
const MODE = 0o600;
const LINE_FEED = 0x0a;

export interface LineFileParts {
  /** The variable that names the file, for sentences about it. */
  readonly setting: string;
  readonly path: string;
  readonly log: Log;
  /** Called for each line that is lost. */
  readonly lost: () => void;
}

export class LineFile {
  private handle: FileHandle | undefined;
  private waiting: string[] = [];
  private waitingBytes = 0;
  /** Lines that are being written, and how much of them is. */
  private piece = Buffer.alloc(0);
  private written = 0;
  private isStale = true;
  private fault: string | null = null;
  /** Since all that waited was last written. */
  private lostLines = 0;
  private working: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;

  /** Makes the file where it is absent. Throws a {@link StartError} that names the fault and the next step. */
  constructor(private readonly parts: LineFileParts) {
    const { path } = parts;
    let isOther: boolean;
    try {
      isOther = statSync(path, { throwIfNoEntry: false })?.isFile() === false;
      // of something else, such as a pipe, opening might not end
      if (!isOther) closeSync(openSync(path, 'a', MODE));
    } catch (error) {
      const next = 'its folder must exist, and this user must be allowed to write there';
      throw new StartError(`${this.sentence(error)}: ${next}`);
    }
    if (isOther)
      throw new StartError(`${parts.setting}: ${path} is no file: name one, or a new one in a folder that exists`);
  }

  /** Sees every other second whether the file is still there, until {@link close}. */
  follow(): void {
    this.timer = setInterval(() => void this.look(), LOOK_MS).unref();
  }

  /** Takes a line with its line feed; never throws. */
  write(line: string): void {
    const bytes = Buffer.byteLength(line);
    if (this.waitingBytes + bytes > MAX_WAITING_BYTES) {
      this.lostLines += 1;
      this.parts.lost();
      return;
    }
    this.waiting.push(line);
    this.waitingBytes += bytes;
    if (this.fault === null) void this.work();
  }

  /** Opens the file again, under its name: it may have been moved away. */
  reopen(): void {
    this.isStale = true;
    void this.work();
  }

  /** Opens the file again where its name is no longer its own, or where it could not be written. */
  async look(): Promise<void> {
    if (this.working !== undefined || (this.fault === null && (await this.isThere()))) return;
    this.isStale = true;
    await this.work();
  }

  /** Why lines are not written, as a sentence; null where they are. */
  trouble(): string | null {
    if (this.fault === null && this.lostLines === 0) return null;
    const lost = this.lostLines === 0 ? 'lines wait in memory' : `${this.lostLines} lines were lost`;
    return `${this.fault ?? `${this.place()} takes lines too slowly`}; ${lost}`;
  }

  /** Resolves when all lines are written, or after two seconds. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    await Promise.race([this.work(), after(END_MS, undefined, { ref: false })]);
    const { log } = this.parts;
    const rest = `${this.piece.toString('utf8', this.written)}${this.waiting.join('')}`;
    if (rest !== '')
      log.error('lines are lost at the end', { reason: this.trouble(), lines: rest.split('\n').length - 1 });
    else await this.handle?.close();
  }

  /** Writes the lines that wait; those that cannot be written wait on. Never rejects. */
  private work(): Promise<void> {
    return (this.working ??= this.writeAll()
      .catch((error: unknown) => {
        this.fail(error);
      })
      .finally(() => (this.working = undefined)));
  }

  private async writeAll(): Promise<void> {
    while (this.isStale || this.written < this.piece.length || this.waiting.length > 0) {
      if (this.isStale) await this.renew();
      if (this.written === this.piece.length) this.takePiece();
      await this.writePiece();
    }
    this.mend();
  }

  private async renew(): Promise<void> {
    this.isStale = false;
    const { handle } = this;
    this.handle = undefined;
    await handle?.close();
    this.handle = await open(this.parts.path, 'a+', MODE);
    const begun = this.piece.subarray(0, this.written).lastIndexOf(LINE_FEED) + 1;
    const isTorn = await endsTorn(this.handle);
    // the line that was being written is continued where its first part is, else it begins again
    if (isTorn && begun < this.written) return;
    this.piece = Buffer.concat([Buffer.from(isTorn ? '\n' : ''), this.piece.subarray(begun)]);
    this.written = 0;
  }

  private takePiece(): void {
    let count = 0;
    let bytes = 0;
    for (const line of this.waiting) {
      bytes += Buffer.byteLength(line);
      if (count > 0 && bytes > MAX_PIECE_BYTES) break;
      count += 1;
    }
    this.piece = Buffer.from(this.waiting.splice(0, count).join(''));
    this.waitingBytes -= this.piece.length;
    this.written = 0;
  }

  private async writePiece(): Promise<void> {
    while (this.handle !== undefined && this.written < this.piece.length && !this.isStale) {
      const { bytesWritten } = await this.handle.write(this.piece, this.written);
      this.written += bytesWritten;
    }
  }

  /** Whether the file that is open is the one of the name. */
  private async isThere(): Promise<boolean> {
    try {
      const [named, opened] = await Promise.all([stat(this.parts.path), this.handle?.stat()]);
      return named.ino === opened?.ino && named.dev === opened.dev;
    } catch {
      return false;
    }
  }

  private fail(error: unknown): void {
    this.isStale = true;
    const fault = this.sentence(error);
    if (fault === this.fault) return;
    this.fault = fault;
    this.parts.log.error('lines cannot be written to their file: they wait in memory', { reason: fault });
  }

  private mend(): void {
    if (this.fault === null && this.lostLines === 0) return;
    const { setting, path, log } = this.parts;
    log.warn('lines are written to their file again', { setting, path, lost: this.lostLines });
    this.fault = null;
    this.lostLines = 0;
  }

  private place(): string {
    return `${this.parts.setting}: ${this.parts.path}`;
  }

  private sentence(error: unknown): string {
    return `${this.place()} cannot be written (${errorCode(error)})`;
  }
}

/** Whether something was written that has no line end: the file's last line would become one with the next. */
async function endsTorn(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat();
  if (size === 0) return false;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== LINE_FEED;
}
