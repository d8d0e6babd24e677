/** The journal as a text: what `GET /admin/export` answers and `POST /admin/import` takes (R12). */
export { coreText, JournalContent, type JournalCounts, type JournalFileHead } from './format.js';
export { JournalFileReader, type JournalLine, type ReadJournalLine } from './read.js';
export { JournalFileWriter } from './write.js';
