/** Logging: one JSON line per happening, to standard error. Everything logs through here; request ids link lines to answers. */
import type { LoggerService } from '@nestjs/common';
import { destination, pino, stdSerializers, type DestinationStream, type LogFn } from 'pino';
import type { Log } from '#application';
import type { LogLevel } from '../settings/schema.js';

export interface PlatformLog extends Log {
  debug(message: string, fields?: object): void;
}

/** Whatever is called so in any field is not written. */
const SECRETS = ['authorization', 'token', 'password', 'secret'];

/** Writes to `stream`, standard error where absent: standard output is for the output that a person started the process for. */
export function createLog(
  level: LogLevel,
  stream: DestinationStream = destination({ fd: 2, sync: true }),
): PlatformLog {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: stdSerializers.err },
      redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '***' },
    },
    stream,
  );
  const say =
    (line: LogFn) =>
    (message: string, fields: object = {}): void => {
      line.call(logger, fields, message);
    };
  return { debug: say(logger.debug), info: say(logger.info), warn: say(logger.warn), error: say(logger.error) };
}

/** Nest's own lines: those of its start are debug lines, its warnings are not. */
export function nestLogger(log: PlatformLog): LoggerService {
  const say = (level: 'debug' | 'warn' | 'error') => (message: unknown) => {
    if (message instanceof Error) log[level](message.message, { from: 'nest', err: message });
    else log[level](String(message), { from: 'nest' });
  };
  return { log: say('debug'), debug: say('debug'), warn: say('warn'), error: say('error') };
}
