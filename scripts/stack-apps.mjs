// The apps of `npm run stack`, each a process of its own; their lines are shown with their names in front.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from './prepare.mjs';

const ROUTER_PORT = 4400;
const APPS = [
  { name: 'ingest', app: 'ingest', port: 4401 },
  { name: 'projector-1', app: 'projector', port: 4402 },
  { name: 'projector-2', app: 'projector', port: 4412 },
  { name: 'query', app: 'query', port: 4403 },
];
const READY_MS = 60_000;
const ASK_EVERY_MS = 200;
const STOP_MS = 20_000;

export class StackApps {
  #children = [];
  #stopping = false;
  failed = false;
  /** Resolves when one ends by itself. */
  ended = new Promise((resolve) => (this.endedNow = resolve));

  /** `settings` are those of the stores. */
  constructor(settings) {
    this.settings = settings;
  }

  /** Resolves to the router's origin when every app is ready. */
  async start() {
    for (const { name, app, port } of APPS) {
      this.#launch(name, app, { ...this.settings, HERMES_PORT: String(port) });
    }
    const origin = (port) => `http://127.0.0.1:${port}`;
    // it routes to the apps' own ports, which these are
    this.#launch('router', 'router', {}, ['--port', String(ROUTER_PORT)]);
    await Promise.all(APPS.map(({ name, port }) => this.#ready(name, `${origin(port)}/health/ready`)));
    await this.#ready('router', `${origin(ROUTER_PORT)}/health/live`);
    return origin(ROUTER_PORT);
  }

  async stop() {
    this.#stopping = true;
    await Promise.all(
      this.#children.map(async ({ child, gone }) => {
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
        await gone;
        clearTimeout(timer);
      }),
    );
  }

  #launch(name, app, env, args = []) {
    const child = spawn(process.execPath, [join(root, 'dist/apps', app, 'main.js'), ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C is for the script, which ends them in order
      detached: true,
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => console.log(`${name}  ${line}`));
    }
    const gone = new Promise((resolve) => child.once('exit', resolve));
    void gone.then(() => {
      if (this.#stopping) return;
      console.error(`${name} has ended`);
      this.failed = true;
      this.endedNow();
    });
    this.#children.push({ child, gone });
  }

  async #ready(name, url) {
    const end = Date.now() + READY_MS;
    for (;;) {
      if (this.failed) throw new Error('an app has ended; its lines are above');
      const answer = await fetch(url).catch(() => undefined);
      if (answer?.ok) return;
      if (Date.now() > end) throw new Error(`${name} is not ready after ${READY_MS / 1000} s: ${await answer?.text()}`);
      await new Promise((wake) => setTimeout(wake, ASK_EVERY_MS));
    }
  }
}
