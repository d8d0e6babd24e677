/** Questions to the views before something is written: where these cannot be asked, the request may be tried again. */
import { failed, type Outcome } from '#contracts';
import { GenerationGone, StoreUnavailable } from '#ports';

/** `what`: what they are asked for, as a sentence names it. */
export async function askViews<T>(what: string, work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  try {
    return await work();
  } catch (error) {
    const isAway = error instanceof StoreUnavailable && error.store === 'views';
    if (!isAway && !(error instanceof GenerationGone)) throw error;
    const detail = `the views cannot be asked ${what} now: try again shortly`;
    return failed({ code: 'not-caught-up', detail, retryAfterS: 1 });
  }
}
