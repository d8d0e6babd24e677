/**
 * Logging: one JSON line per happening, to standard error. Everything logs through here; request ids link lines to answers.
 * Nobody waits for who reads the lines: those that are not taken wait in memory, up to a bound, and are lost beyond it.
 */
import { setTimeout as after } from 'node:timers/promises';
import type { LoggerService } from '@nestjs/common';
import { destination, pino, stdSerializers, type DestinationStream, type LogFn } from 'pino';
import type { Log } from '#application';
import type { LogLevel } from '../settings/schema.js';

export interface PlatformLog extends Log {
  debug(message: string, fields?: object): void;
  /**
   * As `info`, for lines that are many and whose fields can hold no secret: secrets are not looked for, which costs some eight
   * times as much as the rest of a line. Absent: `info` is as good.
   */
  plain?(message: string, fields: object): void;
}

/** Whatever is called so in any field is not written. */
const SECRETS = ['authorization', 'token', 'password', 'secret'];

/** Lines that standard error has not taken yet. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
/** A pipe takes this in one piece, so that no other writer's text gets into a line. */
const MAX_PIECE_BYTES = 4096;
/** How long the last lines may take at the end. */
const END_MS = 5000;

/** A log on standard error: standard output is for the output that a person started the process for. */
export interface StandardErrorLog extends PlatformLog {
  /** Whether all lines are written by now, or within five seconds. Later ones are ignored. */
  end(): Promise<boolean>;
}

export function logToStandardError(level: LogLevel): StandardErrorLog {
  const stream = destination({ fd: 2, sync: false, maxLength: MAX_WAITING_BYTES, maxWrite: MAX_PIECE_BYTES });
  let isOver = false;
  const log = createLog(level, {
    write: (line) => {
      if (!isOver) stream.write(line);
    },
  });
  let lost = 0;
  stream.on('drop', () => (lost += 1));
  stream.on('drain', () => {
    if (lost === 0) return;
    const lines = lost;
    lost = 0;
    log.warn('lines of the log were lost: nobody read standard error, or it could not be written', { lines });
  });
  // a line that could not be written is kept, and tried again with the next one
  stream.on('error', () => undefined);
  return {
    ...log,
    async end() {
      isOver = true;
      const ended = new Promise<boolean>((resolve) =>
        stream.once('close', () => {
          resolve(true);
        }),
      );
      stream.end();
      return Promise.race([ended, after(END_MS, false)]);
    },
  };
}

export function createLog(level: LogLevel, stream: DestinationStream): Required<PlatformLog> {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: stdSerializers.err },
  };
  const redact = { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '***' };
  const logger = pino({ ...options, redact }, stream);
  const plain = pino(options, stream);
  const say =
    (line: LogFn, to = logger) =>
    (message: string, fields: object = {}): void => {
      line.call(to, fields, message);
    };
  return {
    debug: say(logger.debug),
    info: say(logger.info),
    warn: say(logger.warn),
    error: say(logger.error),
    plain: say(plain.info, plain),
  };
}

/** Nest's own lines: those of its start are debug lines, its warnings are not. */
export function nestLogger(log: PlatformLog): LoggerService {
  const say = (level: 'debug' | 'warn' | 'error') => (message: unknown) => {
    if (message instanceof Error) log[level](message.message, { from: 'nest', err: message });
    else log[level](String(message), { from: 'nest' });
  };
  return { log: say('debug'), debug: say('debug'), warn: say('warn'), error: say('error') };
}
