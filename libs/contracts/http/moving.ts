/** What an import answers. */
import * as names from './names.js';
import { component, count, fields, text, type Infer } from './schema.js';

const uuid = { ...text, format: 'uuid' };

export const journalImportedBody = component(
  'JournalImported',
  fields({
    position: names.position,
    entries: count,
    hosts: count,
    quests: count,
    operations: count,
    source: { ...uuid, description: 'The UUID of the journal that was exported.' },
    origin: {
      ...uuid,
      description:
        'The journal from whose UUID those of quests go on being derived: the source, or that of which it was an import.',
    },
    content: {
      ...text,
      description:
        'SHA-256 of the entries without positions: an export of this journal says the same in its last line.',
    },
  }),
);
export type JournalImportedBody = Infer<typeof journalImportedBody>;
