/** Waits for a condition, with a limit: what tests use in place of sleeping. */

const PAUSE_MS = 20;

/** Asks again, every 20 ms where nothing else is said, until `condition` holds; throws, naming `what`, after `limitMs` (default 20 s). Errors of the condition end the wait. */
export async function until(
  what: string,
  condition: () => Promise<boolean> | boolean,
  options: { readonly limitMs?: number; readonly everyMs?: number; readonly onTimeout?: () => string } = {},
): Promise<void> {
  const limitMs = options.limitMs ?? 20_000;
  const end = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`not within ${limitMs} ms: ${what}\n${options.onTimeout?.() ?? ''}`);
    await new Promise((wake) => setTimeout(wake, options.everyMs ?? PAUSE_MS));
  }
}
