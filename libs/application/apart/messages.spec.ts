/** Of an error that comes from another thread remains what operators are shown, and what is done about it. */
import { positionOf } from '#contracts';
import { GenerationGone, StoreFull, StoreUnavailable } from '#ports';
import { StreamUnreadable } from '../followed/stream-timeline.js';
import { SplitDiskFull } from '../replay/splitting/disk.js';
import { errorOf, failureOf } from './messages.js';

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const unreadable = new StreamUnreadable("catalogue's", { position: positionOf(7n), trace: TRACE }, 'version 9');

test.each([
  [new StoreUnavailable('views', 'they are away'), StoreUnavailable],
  [new StoreFull('journal', 'its disk is full'), StoreUnavailable],
  [new SplitDiskFull('no room'), SplitDiskFull],
  [new GenerationGone(3), GenerationGone],
  [unreadable, StreamUnreadable],
  [new TypeError('a defect'), Error],
])('%s', (error, kind) => {
  const again = errorOf(structuredClone(failureOf(error)));
  expect(again).toBeInstanceOf(kind);
  expect(again.message).toBe(error.message);
  expect(again.stack).toBe(error.stack);
});

test('an unreadable entry is at its place, and of its request', () => {
  const { position, traceId } = unreadable;
  expect(errorOf(failureOf(unreadable))).toMatchObject({ position, traceId });
  expect(traceId).toBeDefined();
});

test('what is no error is one', () => {
  expect(errorOf(failureOf('nothing')).message).toBe('nothing');
});
