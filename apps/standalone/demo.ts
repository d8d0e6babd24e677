/** `npm start -- --demo`: plays four small flows into an empty Hermes over its own HTTP API, and leaves something to look at. */

const WEB = Array.from({ length: 24 }, (_, index) => `web-${String(index + 1).padStart(2, '0')}.example.com`);
const RESTARTED = 15;

interface Client {
  post(path: string, body: unknown): Promise<Record<string, unknown>>;
  get(path: string): Promise<Record<string, unknown>>;
}

/**
 * Plays the demo against the Hermes at `origin` (e.g. `http://127.0.0.1:4400`), describing each step through `print`.
 * Does nothing where event types are defined already: a demo has no business in somebody's data.
 * Throws an Error with the refused request where Hermes refuses one.
 */
export async function playDemo(origin: string, print: (line: string) => void): Promise<void> {
  const hermes = client(`${origin}/api/v1`);
  const known = await hermes.get('/event-types?limit=1');
  if (Array.isArray(known['items']) && known['items'].length > 0) {
    print('Demo: not played, because event types are defined here already. Point HERMES_DATA_DIR at an empty folder.');
    return;
  }
  await defineCatalogue(hermes);
  print('Demo: 9 event types and 6 fates are defined.');
  await playReboot(hermes);
  print('Demo: web-01 and web-02 needed a reboot; web-01 had it: one labor completed, one open.');
  await playMaintenance(hermes);
  print('Demo: db-01 is ready for maintenance, so its second labor is open; db-02 was ready unasked, so nothing is.');
  await playPuppet(hermes);
  print('Demo: app-01 restarted puppet, app-02 the whole system: either completes the labor; app-03 has yet to.');
  const quest = await playSecurityFix(hermes);
  print(`Demo: quest ${quest} restarts ${WEB.length} web servers for SEC-1234; ${RESTARTED} have reported.`);
  // so that a reader who looks at once sees all of it
  await hermes.get(`/quests/${quest}`);
  print('Demo: look around:');
  for (const path of [
    `/quests/${quest}`,
    '/labors?state=open',
    '/labors/db-01.example.com~1.1/why',
    '/hosts/web-01.example.com',
    '/stats',
  ]) {
    print(`  curl -s '${origin}/api/v1${path}'`);
  }
}

async function defineCatalogue(hermes: Client): Promise<void> {
  const states: readonly (readonly [string, readonly string[]])[] = [
    ['system-reboot', ['required', 'completed']],
    ['system-maintenance', ['required', 'ready', 'completed']],
    ['puppet-restart', ['required', 'completed']],
    ['system-restart', ['required', 'completed']],
  ];
  await hermes.post(
    '/event-types',
    states.flatMap(([category, names]) => names.map((state) => ({ category, state }))),
  );
  await hermes.post('/fates', [
    { creates: 'system-reboot-required', completedBy: 'system-reboot-completed', name: 'reboot', actors: ['owner'] },
    {
      creates: 'system-maintenance-required',
      completedBy: 'system-maintenance-ready',
      name: 'drain',
      actors: ['owner'],
    },
    {
      creates: 'system-maintenance-ready',
      completedBy: 'system-maintenance-completed',
      intermediate: true,
      name: 'maintain',
      actors: ['creator'],
    },
    { creates: 'puppet-restart-required', completedBy: 'puppet-restart-completed', name: 'puppet' },
    { creates: 'puppet-restart-required', completedBy: 'system-restart-completed', name: 'puppet-by-restart' },
    { creates: 'system-restart-required', completedBy: 'system-restart-completed', name: 'restart', actors: ['owner'] },
  ]);
}

async function playReboot(hermes: Client): Promise<void> {
  await hermes.post('/events', { type: 'system-reboot-required', hosts: WEB.slice(0, 2), by: 'kernel-updater' });
  await hermes.post('/events', { type: 'system-reboot-completed', host: 'web-01.example.com', by: 'boot-agent' });
}

async function playMaintenance(hermes: Client): Promise<void> {
  const host = 'db-01.example.com';
  await hermes.post('/events', [
    { type: 'system-maintenance-required', host, by: 'hardware-desk', note: 'fan 2 is slow' },
    { type: 'system-maintenance-ready', host, by: 'database-operator' },
    { type: 'system-maintenance-ready', host: 'db-02.example.com', by: 'database-operator' },
  ]);
}

async function playPuppet(hermes: Client): Promise<void> {
  const hosts = ['app-01.example.com', 'app-02.example.com', 'app-03.example.com'];
  await hermes.post('/events', { type: 'puppet-restart-required', hosts, by: 'config-push' });
  await hermes.post('/events', [
    { type: 'puppet-restart-completed', host: 'app-01.example.com', by: 'puppet' },
    { type: 'system-restart-completed', host: 'app-02.example.com', by: 'boot-agent' },
  ]);
}

async function playSecurityFix(hermes: Client): Promise<number> {
  const week = 7 * 24 * 3600 * 1000;
  const quest = await hermes.post('/quests', {
    type: 'system-restart-required',
    hosts: WEB,
    creator: 'security',
    description: 'Restart every web server for the TLS library fix',
    target: new Date(Date.now() + week).toISOString(),
    references: [{ label: 'Jira', key: 'SEC-1234' }],
  });
  const hosts = WEB.slice(0, RESTARTED);
  await hermes.post('/events', { type: 'system-restart-completed', hosts, by: 'boot-agent' });
  return Number(quest['id']);
}

/** Reads wait until the views have what was written before. */
function client(base: string): Client {
  let position = '0';
  async function call(path: string, init: RequestInit): Promise<Record<string, unknown>> {
    const response = await fetch(base + path, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${path} was refused: ${response.status} ${text}`);
    position = response.headers.get('hermes-position') ?? position;
    return JSON.parse(text) as Record<string, unknown>;
  }
  return {
    post: (path, body) =>
      call(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    get: (path) => call(path, { headers: { 'hermes-min-position': position } }),
  };
}
