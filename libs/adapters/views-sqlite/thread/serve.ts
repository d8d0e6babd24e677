/** The views' side: executes the calls that come over a port, and answers each once. */
import type { MessagePort } from 'node:worker_threads';
import type { Views } from '#ports';
import { Outbox } from './outbox.js';
import { OPENING, serialize, type Reply, type Call } from './protocol.js';

type Method = (...args: readonly unknown[]) => Promise<unknown>;

/** Resolves once the views were asked to close and are closed; calls not begun by then are refused. */
export async function serveViews(port: MessagePort, open: () => Promise<Views>): Promise<void> {
  const outbox = new Outbox<Reply>(
    (answers) => {
      port.postMessage(answers);
    },
    ({ number }, error) => {
      port.postMessage([{ number, kind: 'failed', error: serialize(error) } satisfies Reply]);
    },
  );
  const answer = (message: Reply): void => {
    outbox.put(message);
  };
  let views: Views;
  try {
    views = await open();
  } catch (error) {
    answer({ number: OPENING, kind: 'failed', error: serialize(error) });
    outbox.flush();
    return;
  }
  const closed = new Promise<void>((resolve) => {
    port.on('message', (message: readonly Call[] | 'close') => {
      if (message === 'close') resolve();
      else for (const call of message) void answerTo(views, call).then(answer);
    });
  });
  answer({ number: OPENING, kind: 'done', value: undefined });
  await closed;
  await views.close();
  outbox.flush();
}

async function answerTo(views: Views, { number, role, method, args }: Call): Promise<Reply> {
  try {
    const target = views[role] as unknown as Readonly<Record<string, Method | undefined>>;
    const value = await target[method]?.(...args);
    return { number, kind: 'done', value };
  } catch (error) {
    return { number, kind: 'failed', error: serialize(error) };
  }
}
