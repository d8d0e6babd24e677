/** deploy/systemd: the unit starts what the build makes, gives it the time that it needs, and says what docs/operating.md says. */
import { mainOf } from '../harness/hermes.js';
import { block } from '../docs/markdown.js';
import { unknownSettings } from './accepted.js';
import { ROOT, text } from './manifests.js';

const lines = text('deploy/systemd/hermes.service').split('\n');

/** The values of a key, in their order. */
function valuesOf(key: string): readonly string[] {
  return lines.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1));
}

test('it runs the standalone app without npm, as a user without rights', () => {
  const [command = ''] = valuesOf('ExecStart');
  expect(command).toBe(`/usr/bin/node ${mainOf('standalone').replace(ROOT, '/opt/hermes')}`);
  expect(valuesOf('User')).toEqual(['hermes']);
  expect(valuesOf('UMask')).toEqual(['0077']);
  expect(valuesOf('NoNewPrivileges')).toEqual(['yes']);
});

test('it asks for the end as Hermes takes it, and waits until Hermes has drained', () => {
  expect(valuesOf('KillSignal')).toEqual(['SIGTERM']);
  // requests have ten seconds; the stores close after that
  expect(Number(valuesOf('TimeoutStopSec')[0])).toBeGreaterThanOrEqual(30);
  expect(valuesOf('ExecReload')).toEqual(['/bin/kill -HUP $MAINPID']);
});

test('its settings are known, and the guide installs this file', () => {
  const names = valuesOf('Environment').flatMap((value) => value.split(' ').map((pair) => pair.split('=')[0] ?? ''));
  expect(names).toContain('HERMES_DATA_DIR');
  expect(unknownSettings(names)).toEqual([]);
  const steps = block('docs/operating.md', 'systemd');
  expect(steps).toContain('deploy/systemd/hermes.service');
  expect(steps).toContain('useradd --system');
});
