/** Moving a history to another Hermes: its journal as a text, and such a text into an empty journal (R12). One per process. */
import { failed, type Outcome, type Uuid } from '#contracts';
import type { Journal } from '#ports';
import { Lease } from '../leases/lease.js';
import { exportJournal, type ExportedJournal, type ExportParts, type ExportPlace } from './export-journal.js';
import { ANOTHER } from './import-faults.js';
import { allowedEntriesJournal, type AllowedEntries } from '../ingest/allowed-entries.js';
import { RedactionLookup } from './redacted.js';
import { importJournal, type FileLine, type ImportedJournal, type ImportParts } from './import-journal.js';

export interface MovingParts extends Omit<ExportParts, 'origin' | 'redactions'>, Omit<ImportParts, 'lease'> {
  /** This process, as leases know it. */
  readonly owner: Uuid;
  /** Which entries may be written: an older process beside this one must be able to read what is imported (R13). */
  readonly entries: AllowedEntries;
  /** `performance.now` where absent. */
  readonly monotonicMs?: () => number;
  /** Nothing may be imported. */
  readonly readOnly: boolean;
}

export class Moving {
  private readonly lease: Lease;
  private readonly redactions: RedactionLookup;
  /** As an import writes to it. */
  private readonly allowed: Journal;
  private importing = false;

  constructor(private readonly parts: MovingParts) {
    const { journal, owner, entries } = parts;
    this.redactions = new RedactionLookup(journal, parts.monotonicMs ?? (() => performance.now()));
    this.allowed = allowedEntriesJournal(journal, entries);
    this.lease = new Lease({ journal, name: 'import', owner });
  }

  /** As {@link exportJournal}; what an import has not completed is not exported. */
  async export(place: ExportPlace | null): Promise<Outcome<ExportedJournal>> {
    const { imports, stopping } = this.parts;
    const problem = imports.refusal();
    if (problem !== undefined) return failed(problem);
    const { parts, redactions } = this;
    return exportJournal({ ...parts, redactions, origin: () => imports.origin }, place, stopping);
  }

  /** As {@link importJournal}. */
  async import(lines: AsyncIterable<Iterable<FileLine>>): Promise<Outcome<ImportedJournal>> {
    const { lease, parts } = this;
    if (parts.readOnly) return failed({ code: 'read-only', detail: 'with HERMES_READ_ONLY=true nothing is imported' });
    // its lease is this process's own
    if (this.importing) return failed(ANOTHER);
    this.importing = true;
    try {
      return await importJournal({ ...parts, journal: this.allowed, lease }, lines);
    } finally {
      this.importing = false;
    }
  }
}
