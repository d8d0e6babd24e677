/** A line per happening, in JSON, without secrets. */
import { createLog, nestLogger } from './log.js';

function lines(
  level: 'info' | 'warn' | 'debug' | 'silent',
  say: (log: ReturnType<typeof createLog>) => void,
): object[] {
  const written: object[] = [];
  const stream = { write: (line: string) => written.push(JSON.parse(line) as object) };
  say(createLog(level, stream));
  return written;
}

test('a line has its time, level, message and fields', () => {
  const [line] = lines('info', (log) => {
    log.warn('slow', { partition: 3 });
  });
  expect(line).toEqual({
    level: 'warn',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
    partition: 3,
    msg: 'slow',
  });
});

test('what is less grave than asked for is not written', () => {
  const say = (log: ReturnType<typeof createLog>): void => {
    log.debug('a');
    log.info('b');
    log.error('c');
  };
  expect(lines('info', say)).toHaveLength(2);
  expect(lines('debug', say)).toHaveLength(3);
  expect(lines('silent', say)).toEqual([]);
});

test('an error is written with its stack and cause; secrets are not', () => {
  const [line] = lines('info', (log) => {
    log.error('failed', {
      err: new Error('outer', { cause: new Error('inner') }),
      headers: { authorization: 'hunter2' },
      token: 'hunter2',
    });
  });
  expect(line).toMatchObject({ err: { message: expect.stringContaining('outer') as string } });
  expect(JSON.stringify(line)).toMatch(/inner/);
  expect(JSON.stringify(line)).not.toMatch(/hunter2/);
});

test('a line in which no secret is looked for is a line like all others', () => {
  const say = (log: ReturnType<typeof createLog>): void => {
    log.plain('write', { status: 201 });
  };
  expect(lines('info', say)).toEqual([
    { level: 'info', time: expect.any(String) as string, status: 201, msg: 'write' },
  ]);
  expect(lines('warn', say)).toEqual([]);
});

test("Nest's chatter is for debugging, its warnings and errors are not", () => {
  const say = (log: ReturnType<typeof createLog>): void => {
    const nest = nestLogger(log);
    nest.log('starting');
    nest.warn('odd');
    nest.error(new Error('broken'));
  };
  expect(lines('info', say)).toMatchObject([
    { level: 'warn', msg: 'odd', from: 'nest' },
    { level: 'error', msg: 'broken', err: { type: 'Error' } },
  ]);
});
