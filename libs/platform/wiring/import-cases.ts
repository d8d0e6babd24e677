/** What every process that opens the journal asks first: whether it is one, complete, and which entries may be written. */
import type { FactoryProvider } from '@nestjs/common';
import { EntriesVersion, Imports, type Clock, type Log } from '#application';
import type { Uuid } from '#contracts';
import type { Journal } from '#ports';
import { Readiness } from '../operate/readiness.js';
import type { Settings } from '../settings/settings.js';
import { Shutdown } from '../operate/shutdown.js';
import { CLOCK, ENTRIES, IMPORTS, JOURNAL, LOG, OWNER, SETTINGS } from './tokens.js';

export const imports: FactoryProvider<Imports> = {
  provide: IMPORTS,
  inject: [JOURNAL, LOG, SETTINGS, Shutdown, Readiness],
  useFactory: (journal: Journal, log: Log, { readOnly }: Settings, shutdown: Shutdown, readiness: Readiness) => {
    const made = new Imports({ journal, log });
    shutdown.add('relay', 'imports', () => made.close());
    // the request that completes it has to come here: relay and projector wait for it, and are ready
    readiness.watch('import', () => made.withheld());
    readiness.watch('read-only', () => (readOnly ? 'every command is refused (HERMES_READ_ONLY)' : null));
    return made;
  },
};

export const entries: FactoryProvider<EntriesVersion> = {
  provide: ENTRIES,
  inject: [JOURNAL, CLOCK, LOG, OWNER, Shutdown],
  useFactory: (journal: Journal, clock: Clock, log: Log, owner: Uuid, shutdown: Shutdown) => {
    const made = new EntriesVersion({ journal, clock, log, owner });
    shutdown.add('presence', 'entries version', () => made.close());
    return made;
  },
};
