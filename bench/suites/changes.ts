/** Events posted at a steady rate while very many clients follow changes, beside the same while nobody does. */
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { freePort } from '../../libs/testing/free-port.js';
import type { Benchmark, Context } from '../harness/context.js';
import { CpuShares } from '../harness/cpu.js';
import { atMost, grouped, quantile, type Figure } from '../harness/figure.js';
import { hostName, lifeOf, nameOf } from '../load/flows.js';
import type { FollowersNews, FollowersOrder } from '../load/followers.js';
import { serveHermes, startHelper, type Served } from '../load/served.js';
import { steadily } from '../load/steadily.js';

const PER_S = 500;
const CONNECTIONS = 100;
const QUERIES = 100;
/** Hosts that report, of which each query asks for its part. */
const HOSTS = 5000;
/** With all followers a POST may take that many times as long. */
const MOST_TIMES = 2;
/** After the last POST everything has come. */
const REST_MS = 2000;

export const changes: Benchmark = {
  name: 'changes',
  about: `POST ${PER_S} events a second while 10,000 clients with ${QUERIES} different filters follow changes, beside the same while nobody follows`,
  async run(context) {
    const followers = context.size(10_000, 1000);
    const dataDir = context.path('changes');
    await mkdir(dataDir);
    const port = await freePort();
    const hermes = await serveHermes(dataDir, port, CONNECTIONS, {
      settings: { HERMES_MAX_CONNECTIONS: '20000', HERMES_MAX_FOLLOWERS: '14000' },
    });
    try {
      return await figures(context, hermes, { host: '127.0.0.1', port, followers, queries: QUERIES, hosts: HOSTS });
    } finally {
      await hermes.stop();
    }
  },
};

async function figures(context: Context, hermes: Served, order: FollowersOrder): Promise<readonly Figure[]> {
  const seconds = context.size(20, 5);
  let posted = 0;
  const post = async (): Promise<readonly number[]> => {
    const from = posted;
    posted += seconds * PER_S;
    return steadily(PER_S, seconds, (n) => postOne(hermes, from + n));
  };
  context.progress('changes: nobody follows');
  await post();
  const alone = new CpuShares(() => ({ hermes: hermes.pid }));
  const floor = await alone.during(post);
  context.progress(`changes: ${order.followers} clients begin to follow`);
  const helper = startHelper('followers.js', [JSON.stringify(order)]);
  try {
    await news(helper);
    context.progress(`changes: ${order.followers} clients follow`);
    const followed = new CpuShares(() => ({ hermes: hermes.pid, followers: helper.pid ?? 0 }));
    const ours = await followed.during(post);
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    helper.send('how many');
    const taken = await news(helper);
    context.hush();
    const takenPerS = taken.kind === 'taken' ? taken.labors / seconds : 0;
    const notes = [
      `${grouped(order.followers)} followers took ${grouped(takenPerS)} labors a second`,
      alone.line('posting alone'),
      followed.line('posting while it is followed'),
    ].filter((note) => note !== null);
    return figuresOf(ours, floor, notes);
  } finally {
    helper.disconnect();
    await once(helper, 'exit');
  }
}

async function news(helper: ReturnType<typeof startHelper>): Promise<FollowersNews> {
  const [message] = (await once(helper, 'message')) as [FollowersNews];
  return message;
}

function figuresOf(ours: readonly number[], floor: readonly number[], notes: readonly string[]): readonly Figure[] {
  return [0.5, 0.99].map((fraction): Figure => {
    const ms = { ours: quantile(ours, fraction), floor: quantile(floor, fraction) };
    const isP99 = fraction === 0.99;
    return {
      name: `changes/post-p${fraction * 100}`,
      ours: `${grouped(ms.ours)} ms`,
      floor: `${grouped(ms.floor)} ms`,
      ratio: ms.floor / ms.ours,
      spread: null,
      aim: isP99 ? atMost(ms.ours / ms.floor, MOST_TIMES, ' times as long') : null,
      ...(isP99 && { notes }),
    };
  });
}

/** The next step of one host's life, so that each opens or closes labors. */
async function postOne({ client }: Served, n: number): Promise<void> {
  const host = n % HOSTS;
  const type = nameOf(lifeOf(host, Math.floor(n / HOSTS)));
  await client.must('POST', '/api/v1/events', JSON.stringify({ host: hostName(host), type, by: 'agent' }));
}
