/** What the API document says about moving a history to another Hermes. */
import { journalImportedBody, type JsonSchema } from '#contracts';
import { answering, NDJSON_MEDIA, type Operation } from '#platform';
import { EXPORT_QUERY } from './export-query.js';

const lines: JsonSchema = {
  type: 'string',
  format: 'binary',
  description: 'A CloudEvent a line, each with a SHA-256 over all lines up to it; the last one has counts.',
};

export const journalExported: Operation = {
  id: 'exportJournal',
  summary: 'The whole journal, as CloudEvents',
  description:
    'Up to its end as it is now. Redacted events are without what was taken away. Where it was cut it is resumed with `after` and `chain` of its last whole line: both parts, one behind the other, are one export. It is not resumed behind an event that was redacted since: begin again.',
  query: EXPORT_QUERY,
  answers: { 200: { about: 'NDJSON, of any length.', content: { [NDJSON_MEDIA]: lines } } },
  problems: ['conflict', 'import-unfinished', 'overloaded', 'store-unavailable'],
};

export const journalImported: Operation = {
  id: 'importJournal',
  summary: 'An export of another Hermes, into an empty one',
  description:
    'Entries keep their UUIDs, revisions, times, principals and their order; positions are new. A fault names its line. Until the last line was read nothing is served, and commands are refused: the same export sent again completes it.',
  writes: true,
  body: { [NDJSON_MEDIA]: lines },
  answers: answering(journalImportedBody, 'It is complete, and served from now on.'),
  problems: ['conflict', 'overloaded'],
};
