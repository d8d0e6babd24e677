/** How the answer to a command on many hosts is kept: whole, where every refusal in it is for good. */
import type { HostResults } from '../ingest.js';
import { whole, type Answers } from './answers.js';

/** With any other the request is not done yet. */
const FINAL: readonly string[] = ['host-unknown', 'attributes-full'];

export function hostAnswers(): Answers<HostResults> {
  const all = whole<HostResults>();
  return {
    pack: (value, request) =>
      value.results.every((result) => !('fault' in result) || FINAL.includes(result.fault.code))
        ? all.pack(value, request)
        : undefined,
    unpack: (kept) => all.unpack(kept),
  };
}
