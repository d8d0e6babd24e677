/** Of an error that comes from another thread remains what operators are shown, and what is done about it. */
import { StoreFull, StoreUnavailable } from '#ports';
import type { StoredEntry } from '#contracts';
import { StreamUnreadable } from '../../followed/stream-timeline.js';
import { SplitDiskFull } from '../../replay/splitting/disk.js';
import { errorOf, failureOf, PreparationFailed } from './messages.js';

const away = new StoreUnavailable('views', 'they are away');
const full = new StoreFull('journal', 'its disk is full');
const unreadable = new StreamUnreadable(
  "catalogue's",
  { position: 7n, trace: null } as unknown as StoredEntry,
  'version 9',
);

test.each([
  [away, StoreUnavailable],
  [full, StoreUnavailable],
  [new SplitDiskFull('no room'), SplitDiskFull],
  [unreadable, PreparationFailed],
  [new TypeError('a defect'), Error],
])('%s', (error, kind) => {
  const again = errorOf(structuredClone(failureOf(error)));
  expect(again).toBeInstanceOf(kind);
  expect(again.message).toBe(error.message);
  expect(again.stack).toBe(error.stack);
});

test('what is no error is one', () => {
  expect(errorOf(failureOf('nothing')).message).toBe('nothing');
});
