// The image's health check, since it has no curl: exits 0 where /health/live (or /health/ready, by the argument) is 200.
import { request } from 'node:http';

/** Where HERMES_PORT is not given; in a container only one of them is listened to. */
const PORTS = [4400, 4401, 4402, 4403];
const LIMIT_MS = 4000;
const EVERYWHERE = { '0.0.0.0': '127.0.0.1', '::': '::1' };

const what = process.argv[2] === 'ready' ? 'ready' : 'live';
const given = process.env.HERMES_HOST ?? '127.0.0.1';
const host = EVERYWHERE[given] ?? given;
// Kubernetes may put the address of a Service called hermes there: tcp://10.0.0.1:4400
const ports = /^\d+$/.test(process.env.HERMES_PORT ?? '') ? [Number(process.env.HERMES_PORT)] : PORTS;

let output = `nothing answers at ${host}, port ${ports.join(', ')}`;
for (const port of ports) {
  const answer = await ask(port);
  if (answer === undefined) continue;
  if (answer.status === 200) process.exit(0);
  output = `${answer.status} ${answer.body}`;
  break;
}
console.error(output);
process.exit(1);

/** Undefined where nobody listens, or nobody answers in time. */
function ask(port) {
  return new Promise((resolve) => {
    const asked = request({ host, port, path: `/health/${what}`, timeout: LIMIT_MS }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode, body: body.slice(0, 1000) }));
    });
    asked.on('error', () => resolve(undefined));
    asked.on('timeout', () => asked.destroy());
    asked.end();
  });
}
