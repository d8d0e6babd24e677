/** The image: what its Dockerfile promises, its entry point and its health check. */
import { execFile, spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { resolve } from 'node:path';
import { APPS } from '#platform';
import { compose, ROOT, text } from './manifests.js';

const START = resolve(ROOT, 'deploy/image/start.mjs');
const HEALTHY = resolve(ROOT, 'deploy/image/healthy.mjs');
const dockerfile = text('Dockerfile');
const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done))));
});

/** A process that answers only these paths with 200; resolves with its port. */
function answering(paths: readonly string[]): Promise<number> {
  const server = createServer(({ url = '' }, response) => {
    response.writeHead(paths.includes(url) ? 200 : 503).end('{"reasons":["the views are away"]}');
  });
  servers.push(server);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

function healthy(what: string, port: number): Promise<{ readonly code: number; readonly output: string }> {
  const env = { PATH: process.env['PATH'], HERMES_HOST: '0.0.0.0', HERMES_PORT: String(port) };
  return new Promise((done) => {
    execFile(process.execPath, [HEALTHY, what], { env }, (error, _out, output) => {
      done({ code: typeof error?.code === 'number' ? error.code : 0, output });
    });
  });
}

test('the base is one exact tag, of a Node that package.json admits', () => {
  const [, tag] = /^ARG NODE_IMAGE=docker\.io\/library\/node:(\d+\.\d+\.\d+-[a-z]+-slim)$/m.exec(dockerfile) ?? [];
  expect(tag).toMatch(/^2[24]\./);
  const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
  expect(new Set(bases)).toEqual(new Set(['${NODE_IMAGE}']));
  expect(dockerfile).toContain(`base.name="docker.io/library/node:${tag ?? ''}"`);
});

test('it runs as a user, with a health check and a signal, and takes apps and libraries only', () => {
  const last = dockerfile.slice(dockerfile.lastIndexOf('FROM '));
  for (const line of ['USER 1000:1000', 'STOPSIGNAL SIGTERM', 'CMD ["standalone"]'])
    expect(last).toContain(`${line}\n`);
  expect(last).toMatch(/^HEALTHCHECK .*CMD \["node", "\/opt\/hermes\/healthy\.mjs", "live"\]$/m);
  expect(last).toMatch(/^ENTRYPOINT \["node", "\/opt\/hermes\/start\.mjs"\]$/m);
  expect([...last.matchAll(/^COPY .*?(\S+) \S+$/gm)].map(([, from]) => from)).toEqual([
    'package.json',
    '/src/node_modules',
    '/src/dist/libs',
    '/src/dist/apps',
    'deploy/image',
  ]);
  expect(dockerfile).toContain('npm ci --omit=dev --ignore-scripts');
  for (const line of ['libs/testing', '**/*.spec.ts']) expect(text('.dockerignore').split('\n')).toContain(line);
});

test('its entry point and health check know the apps and their ports', () => {
  const listed = (source: string, name: string): unknown =>
    JSON.parse((new RegExp(`${name} = (\\[.*\\]);`).exec(source)?.[1] ?? '').replaceAll("'", '"'));
  expect(listed(text('deploy/image/start.mjs'), 'apps')).toEqual(Object.keys(APPS));
  const ports = Object.values(APPS).map(({ port }) => port);
  expect(listed(text('deploy/image/healthy.mjs'), 'PORTS')).toEqual(ports);
  expect(dockerfile).toContain(`EXPOSE ${ports.join(' ')}\n`);
});

test('an app that is not there is one line', () => {
  const { status, stderr } = spawnSync(process.execPath, [START, 'constructor'], { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toBe(
    'There is no app "constructor": name one of standalone, ingest, projector, query, then its flags.\n',
  );
});

test('the health check distinguishes live from ready, says why, and fails where nobody answers', async () => {
  const port = await answering(['/health/live']);
  expect(await healthy('live', port)).toEqual({ code: 0, output: '' });
  expect(await healthy('ready', port)).toEqual({ code: 1, output: '503 {"reasons":["the views are away"]}\n' });
  expect(await healthy('live', 1)).toEqual({ code: 1, output: 'nothing answers at 127.0.0.1, port 1\n' });
});

test('compose asks for ready by the same check', () => {
  for (const app of ['ingest', 'projector', 'query']) {
    expect(compose().services[app]?.healthcheck?.test).toEqual(['CMD', 'node', '/opt/hermes/healthy.mjs', 'ready']);
  }
});
