/** The views' side: does what is called for over a port, and answers each call once. */
import type { MessagePort } from 'node:worker_threads';
import type { Views } from '#ports';
import { Outbox } from './outbox.js';
import { OPENING, tell, type Answer, type Call } from './protocol.js';

type Method = (...args: readonly unknown[]) => Promise<unknown>;

/** Resolves once the views were asked to close and are closed; what they did not get to by then is refused. */
export async function serveViews(port: MessagePort, open: () => Promise<Views>): Promise<void> {
  const outbox = new Outbox<Answer>(
    (answers) => {
      port.postMessage(answers);
    },
    ({ number }, error) => {
      port.postMessage([{ number, kind: 'failed', error: tell(error) } satisfies Answer]);
    },
  );
  const answer = (message: Answer): void => {
    outbox.put(message);
  };
  let views: Views;
  try {
    views = await open();
  } catch (error) {
    answer({ number: OPENING, kind: 'failed', error: tell(error) });
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

async function answerTo(views: Views, { number, door, method, args }: Call): Promise<Answer> {
  try {
    const target = views[door] as unknown as Readonly<Record<string, Method | undefined>>;
    const value = await target[method]?.(...args);
    return { number, kind: 'done', value };
  } catch (error) {
    return { number, kind: 'failed', error: tell(error) };
  }
}
