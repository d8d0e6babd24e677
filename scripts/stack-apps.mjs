// The apps of the remote stack, each a process of its own; their lines are shown with their names in front.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { root } from './prepare.mjs';

const APPS = [
  { name: 'ingest', app: 'ingest', port: 4401 },
  { name: 'projector-1', app: 'projector', port: 4402 },
  { name: 'projector-2', app: 'projector', port: 4412 },
  { name: 'query', app: 'query', port: 4403 },
  { name: 'router', app: 'router', port: 4400 },
];
const READY_MS = 60_000;
const ASK_EVERY_MS = 200;
const STOP_MS = 20_000;

/** Commands of operators go to the first projector. */
function routes(origins) {
  const { port } = new URL(origins.router);
  const { ingest, 'projector-1': projector, query } = origins;
  return ['--port', port, '--ingest', ingest, '--projector', projector, '--query', query];
}

/** That of the specs, from the build, which has to be there for the apps. */
async function freePort() {
  const { freePort } = await import(pathToFileURL(join(root, 'dist/libs/testing/free-port.js')).href);
  return freePort();
}

export class StackApps {
  #children = [];
  #stopping = false;
  failed = false;
  /** Resolves when one ends by itself. */
  ended = new Promise((resolve) => (this.endedNow = resolve));

  /** `settings` are those of the stores; with `freePorts` the apps listen wherever there is room. */
  constructor(settings, { freePorts = false } = {}) {
    this.settings = settings;
    this.freePorts = freePorts;
  }

  /** Resolves to the router's origin when every app is ready. */
  async start() {
    const origins = {};
    for (const { name, port } of APPS) {
      origins[name] = `http://127.0.0.1:${this.freePorts ? await freePort() : port}`;
    }
    for (const { name, app } of APPS) {
      const { port } = new URL(origins[name]);
      if (app === 'router') this.#launch(name, app, {}, routes(origins));
      else this.#launch(name, app, { ...this.settings, HERMES_PORT: port });
    }
    const asked = ({ name, app }) => `${origins[name]}/health/${app === 'router' ? 'live' : 'ready'}`;
    await Promise.all(APPS.map((each) => this.#ready(each.name, asked(each))));
    return origins.router;
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
