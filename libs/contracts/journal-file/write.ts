/** Writes the lines of an export, one after the other. */
import type { StoredEntry, Uuid } from '../entries.js';
import {
  CHAIN_MEMBER,
  chainOf,
  coreText,
  DATA_MEMBER,
  endText,
  entryText,
  headText,
  JournalContent,
  waitText,
  type JournalFileEnd,
  type JournalFileHead,
  type JournalFileWait,
} from './format.js';

export class JournalFileWriter {
  private readonly content = new JournalContent();

  /** `chain`: of the line behind which it is resumed; empty where it begins. */
  constructor(
    private readonly journal: Uuid,
    private chain = '',
  ) {}

  begin(head: Omit<JournalFileHead, 'journal'>): string {
    return this.line(headText({ ...head, journal: this.journal }));
  }

  /** Before the first entry only. */
  wait(wait: JournalFileWait): string {
    return this.line(waitText(this.journal, wait));
  }

  entry(entry: StoredEntry): string {
    const core = coreText(entry);
    this.content.add(entry, core);
    return this.line(`${entryText(this.journal, core, entry.position)}${DATA_MEMBER}${entry.json}`);
  }

  end(end: Pick<JournalFileEnd, 'id' | 'at'>): string {
    return this.line(endText(this.journal, { ...end, ...this.content.counts, content: this.content.hex }));
  }

  private line(text: string): string {
    this.chain = chainOf(this.chain, text);
    return `${text}${CHAIN_MEMBER}${this.chain}"}\n`;
  }
}
