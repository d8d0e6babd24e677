#!/usr/bin/env node
// Reports one event to Hermes until it is surely logged: agent.mjs TYPE KEY
// REPORT_TO is where Hermes is, REPORT_TOKEN its token if it wants one, REPORT_HOST this host if not what the system says.
import { hostname } from 'node:os';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const { REPORT_TO, REPORT_TOKEN, REPORT_HOST } = process.env;
const [type, key] = process.argv.slice(2);
if (!REPORT_TO || !key) throw new Error('agent.mjs TYPE KEY, with REPORT_TO in the environment');
const url = new URL(`${REPORT_TO}/api/v1/events`);
// made once: every try sends the same, the time too
const at = new Date().toISOString();
const body = JSON.stringify({ host: REPORT_HOST || hostname(), type, key, at, by: 'example-agent' });
const headers = { 'content-type': 'application/json' };
if (REPORT_TOKEN) headers.authorization = `Bearer ${REPORT_TOKEN}`;

for (let nth = 1, wait = 1; nth <= 10; nth += 1, wait = Math.min(wait * 2, 60)) {
  let trouble;
  let after = 0;
  try {
    const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) });
    const text = await answer.text();
    if (answer.ok) {
      const { differs } = JSON.parse(text).events[0];
      console.log(text);
      // the key was taken: what stands in Hermes is not what is said here
      if (differs) console.error(`logged before, and otherwise: ${differs.join(', ')}`);
      process.exit(0);
    }
    if (answer.status !== 429 && answer.status < 500) {
      console.error(`refused: ${answer.status} ${text}`);
      process.exit(1);
    }
    trouble = answer.status;
    after = Number(answer.headers.get('retry-after')) || 0;
  } catch (failure) {
    trouble = failure.cause?.message ?? failure.message;
  }
  if (nth === 10) break;
  // at least as long as was asked for, and not in step with every other host
  const pause = Math.max(wait, after) + Math.random() * wait;
  console.error(`try ${nth} failed (${trouble}), again in ${pause.toFixed(1)} s`);
  await sleep(pause * 1000);
}
console.error('given up: run it again with the same key');
process.exit(75);
