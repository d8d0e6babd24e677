/** Logging: one JSON line per happening, to standard error. Everything logs through here; request ids link lines to answers. */
import type { LoggerService } from '@nestjs/common';
import { destination, pino, stdSerializers, type DestinationStream } from 'pino';
import type { Log } from '#application';
import type { LogLevel } from './settings/schema.js';

export interface PlatformLog extends Log {
  debug(message: string, fields?: object): void;
}

/** Whatever is called so in any field is not written. */
const SECRETS = ['authorization', 'token', 'password', 'secret'];

/** Writes to `stream`, standard error where absent: standard output is for what a person started the process to see. */
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
  return {
    debug: (message, fields = {}) => logger.debug(fields, message),
    info: (message, fields = {}) => logger.info(fields, message),
    warn: (message, fields = {}) => logger.warn(fields, message),
    error: (message, fields = {}) => logger.error(fields, message),
  };
}

/** Nest's own lines: what it says while it starts is for debugging, what it warns of is not. */
export function nestLogger(log: PlatformLog): LoggerService {
  const text = (message: unknown): string => (message instanceof Error ? message.message : String(message));
  return {
    log: (message: unknown) => log.debug(text(message), { from: 'nest' }),
    warn: (message: unknown) => log.warn(text(message), { from: 'nest' }),
    error: (message: unknown) =>
      log.error(text(message), { from: 'nest', ...(message instanceof Error ? { err: message } : {}) }),
    debug: (message: unknown) => log.debug(text(message), { from: 'nest' }),
  };
}
