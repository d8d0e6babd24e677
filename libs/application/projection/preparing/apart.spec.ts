/** A preparation elsewhere ends as its thread says, and whatever that thread does, it ends. */
import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { silentLog } from '../../log.js';
import { prepareApart, type PreparingThread } from './apart.js';
import type { FromPreparing, ToPreparing } from './messages.js';

const TASK = { kind: 'rebuild', generation: null, isActivationAsked: false } as const;

/** A thread that `work` plays. */
function thread(work: (tell: (message: FromPreparing) => void, end: () => void, message?: ToPreparing) => void) {
  const { port1, port2 } = new MessageChannel();
  let terminated = 0;
  const end = (): void => {
    port1.close();
  };
  const tell = (message: FromPreparing): void => {
    port1.postMessage(message);
  };
  port1.on('message', (message: ToPreparing) => {
    work(tell, end, message);
  });
  const opened: PreparingThread = {
    port: port2,
    ended: once(port2, 'close'),
    terminate: () => {
      terminated += 1;
      end();
    },
  };
  return { open: () => (work(tell, end), opened), terminated: () => terminated };
}

const held = { hold: () => Promise.resolve(true) };

test('what it notes and logs comes in its order, before its end', async () => {
  const { open } = thread((tell, end, message) => {
    if (message !== undefined) return;
    tell({ kind: 'noted', note: { state: 'running' } });
    tell({ kind: 'log', level: 'info', message: 'x', fields: {} });
    tell({ kind: 'done', prepared: { kind: 'level', generation: 3 } });
    end();
  });
  const seen: unknown[] = [];
  const log = { ...silentLog, info: (message: string) => seen.push(message) };
  const preparing = prepareApart({ open, lease: held, log })(TASK, (note) => seen.push(note));
  expect(await preparing.run(new AbortController().signal)).toEqual({ kind: 'level', generation: 3 });
  expect(seen).toEqual([{ state: 'running' }, 'x']);
});

test('a thread that ends without a word fails it; one that fails says why', async () => {
  const { open } = thread((_, end) => {
    end();
  });
  const never = new AbortController().signal;
  const run = (opened: typeof open) =>
    prepareApart({ open: opened, lease: held, log: silentLog })(TASK, () => undefined);
  await expect(run(open).run(never)).rejects.toThrow('the thread that prepares a generation has ended');
  const failing = thread((tell, end) => {
    tell({ kind: 'failed', failure: { kind: 'defect', store: null, message: 'a defect', stack: null } });
    end();
  });
  await expect(run(failing.open).run(never)).rejects.toThrow('a defect');
});

test('it is asked to stop, and to activate, and whether the lease is held', async () => {
  const sent: ToPreparing[] = [];
  const { open, terminated } = thread((tell, end, message) => {
    if (message === undefined) {
      tell({ kind: 'hold', number: 1 });
      return;
    }
    sent.push(message);
    if (message.kind !== 'stop') return;
    tell({ kind: 'done', prepared: undefined });
    end();
  });
  const stop = new AbortController();
  const lease = { hold: () => Promise.reject(new Error('away')) };
  const preparing = prepareApart({ open, lease, log: silentLog })(TASK, () => undefined);
  const running = preparing.run(stop.signal);
  preparing.askActivation();
  preparing.askActivation();
  while (sent.length < 2) await new Promise(setImmediate);
  stop.abort();
  expect(await running).toBeUndefined();
  expect(sent).toEqual([{ kind: 'activate' }, { kind: 'held', number: 1, isHeld: undefined }, { kind: 'stop' }]);
  expect(terminated()).toBe(0);
});
