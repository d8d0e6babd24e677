/** Many failed exports are one line; the number of lost spans is logged in the end. */
import { Losses, QUIET_MS } from './losses.js';

function capture() {
  const lines: (readonly [string, string, object | undefined])[] = [];
  const say = (level: string) => (message: string, fields?: object) => void lines.push([level, message, fields]);
  return { lines, log: { info: say('info'), warn: say('warn'), error: say('error') } };
}

test('one warning until it has gone well for a while, then the number of the lost, then a warning again', () => {
  const { lines, log } = capture();
  let nowMs = 0;
  const losses = new Losses(log, 'https://collector.example:4318/v1/traces?key=secret', () => nowMs);
  losses.delivered();
  losses.lose(0, 'nothing');
  expect(lines).toEqual([]);
  losses.lose(5, 'ECONNREFUSED');
  losses.delivered();
  losses.lose(7, 'ETIMEDOUT');
  const collector = 'https://collector.example:4318/v1/traces';
  const warning = ['warn', 'traces are being lost; everything else goes on', { collector, reason: 'ECONNREFUSED' }];
  expect(lines).toEqual([warning]);
  nowMs = QUIET_MS;
  losses.delivered();
  losses.delivered();
  expect(lines.slice(1)).toEqual([['info', 'traces are taken again', { lostSpans: 12 }]]);
  losses.lose(1, 'ECONNREFUSED');
  losses.close();
  losses.close();
  expect(lines.slice(2)).toEqual([warning, ['info', 'traces were lost', { lostSpans: 1 }]]);
});
