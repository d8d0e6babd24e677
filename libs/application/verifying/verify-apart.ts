/** A verification in a thread of its own (R6): both sides. */
import { inTurns } from '#contracts';
import { serveWork, type WorkMeans } from '../apart/serve-work.js';
import { WorkApart, type WorkThread } from '../apart/work-apart.js';
import type { Log } from '../log.js';
import type { Verify } from './verification.js';
import type { VerifiedGeneration, VerifyStep } from './verified-generation.js';
import { verifyGeneration, type VerifyGenerationParts } from './verify-generation.js';

/** What is verified, and where the work has its files: plain data. */
export type VerifyTerms = Pick<VerifyGenerationParts, 'generation' | 'end' | 'folder' | 'mostBytes'>;

/** `open`: a thread in which {@link serveVerifying} runs. */
export function verifyApart(open: () => WorkThread, log: Log): Verify {
  return (noted, signal) => new WorkApart<VerifyStep, VerifiedGeneration>({ open, log, noted }).run(signal);
}

/** Of the thread itself. */
export type ServedVerification = Pick<VerifyGenerationParts, 'journal' | 'views' | 'timeline' | 'clock'>;

/** In that thread. `open` makes the parts, which `close` lets go of. */
export function serveVerifying(
  port: Parameters<typeof serveWork>[0],
  terms: VerifyTerms,
  open: (
    damaged: WorkMeans<never>['damaged'],
  ) => Promise<{ readonly parts: ServedVerification; close(): Promise<void> }>,
): Promise<void> {
  return serveWork<VerifyStep>(port, async ({ noted: moved, damaged, signal }) => {
    const opened = await open(damaged);
    try {
      const { findings, ...verified } = await verifyGeneration(
        { ...opened.parts, ...terms, run: inTurns, moved },
        signal,
      );
      const { differences, examples } = findings;
      return { ...verified, findings: { differences, examples } } satisfies VerifiedGeneration;
    } finally {
      await opened.close();
    }
  });
}
