/**
 * The views' side: executes the calls that come over a port, and answers each once. Questions of requests wait for
 * their turn, in which holders alternate, and one is begun in each turn of the loop: however many one holder asks, others
 * wait for one of them. Calls without a holder are the projector's, or few at a time, and are executed as they come.
 */
import type { MessagePort } from 'node:worker_threads';
import { FairQueue } from '#contracts';
import { Outbox } from './outbox.js';
import {
  handedOver,
  OPENING,
  replyOf,
  serialize,
  type Reply,
  type Call,
  type FromCaller,
  type ServedViews,
  type ViewsRole,
} from './protocol.js';

type Method = (...args: readonly unknown[]) => Promise<unknown>;

/** Resolves once the views were asked to close and are closed; calls not begun by then are refused. */
export async function serveViews(port: MessagePort, open: () => Promise<ServedViews>): Promise<void> {
  const outbox = outboxOf(port);
  let views: ServedViews;
  try {
    views = await open();
  } catch (error) {
    outbox.put({ number: OPENING, kind: 'failed', error: serialize(error) });
    outbox.flush();
    return;
  }
  await served(port, outbox, views);
  await views.close();
  outbox.flush();
}

/** Until the other side asks to close; answers its calls, and those of ports that it hands over. */
async function served(port: MessagePort, outbox: Outbox<Reply>, views: ServedViews): Promise<void> {
  const handed = new Set<MessagePort>();
  const execute = (call: Call): void =>
    void answerTo(views, call).then((reply) => {
      outbox.put(reply);
    });
  const questions = new Questions(execute);
  const closed = new Promise<void>((resolve) => {
    port.on('message', (message: FromCaller) => {
      if (message === 'close') resolve();
      else if ('beside' in message) {
        const { beside } = message;
        handed.add(beside);
        void serveBeside(beside, views).then(() => handed.delete(beside));
      } else
        for (const call of message) {
          if (call.holder === null) execute(call);
          else questions.put(call.holder, call);
        }
    });
    // of one whose thread has ended
    port.once('close', resolve);
  });
  outbox.put({ number: OPENING, kind: 'done', value: undefined });
  await closed;
  // their threads see that
  for (const each of handed) each.close();
}

async function serveBeside(port: MessagePort, views: ServedViews): Promise<void> {
  const outbox = outboxOf(port);
  await served(port, outbox, views);
  outbox.flush();
  port.close();
}

function outboxOf(port: MessagePort): Outbox<Reply> {
  return new Outbox<Reply>(
    (answers) => {
      port.postMessage(answers, handedOver(answers));
    },
    ({ number }, error) => {
      port.postMessage([{ number, kind: 'failed', error: serialize(error) } satisfies Reply]);
    },
  );
}

/** Questions that wait: a few for each request that has a place. Those that still wait at the end fail with the thread's end. */
class Questions {
  private readonly waiting = new FairQueue<Call>();
  private planned = false;

  constructor(private readonly execute: (call: Call) => void) {}

  put(holder: string, call: Call): void {
    this.waiting.put(holder, call);
    this.plan();
  }

  private plan(): void {
    if (this.planned || this.waiting.size === 0) return;
    this.planned = true;
    setImmediate(() => {
      this.planned = false;
      const call = this.waiting.take();
      if (call !== undefined) this.execute(call);
      this.plan();
    });
  }
}

async function answerTo(views: ServedViews, call: Call): Promise<Reply> {
  const { number, method, args } = call;
  try {
    const target = targetOf(views, call) as unknown as Readonly<Record<string, Method | undefined>>;
    const value = await target[method]?.(...args);
    return replyOf(number, value);
  } catch (error) {
    return { number, kind: 'failed', error: serialize(error) };
  }
}

function targetOf(views: ServedViews, { role, holder }: Call): ServedViews[ViewsRole] {
  return role === 'reader' && holder !== null ? views.reader.for(holder) : views[role];
}
