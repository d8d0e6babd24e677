/** Why an import ends before its time, in words that say what to do next. */
import type { Problem, Uuid } from '#contracts';

/** Ends an import; caught where it is thrown. */
export class Ended extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

export const ANOTHER: Problem = {
  code: 'overloaded',
  detail: 'another import is being read, of which one is taken at a time: send it again later',
  retryAfterS: 5,
};

export function fault(line: number, message: string): Ended {
  const detail = `line ${line}: ${message}`;
  const errors = [{ path: `line ${line}`, code: 'invalid' as const, message }];
  return new Ended({ code: 'validation-failed', detail: `${detail}; nothing of the import is served`, errors });
}

export function wholeBefore(source: Uuid, content: string): Ended {
  const detail = `this export of journal ${source} was imported whole, with the content ${content}, and is served; it has entries of its own since`;
  return new Ended({ code: 'conflict', detail });
}

export function foreign(line: number, message: string): Ended {
  const detail = `line ${line}: ${message}; begin with empty stores, to which no other process writes`;
  return new Ended({ code: 'conflict', detail });
}
