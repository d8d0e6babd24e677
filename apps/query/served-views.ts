/** What a query without a projector beside it must know to be ready: that there are views, and that they answer. */
import { DOCUMENTS_VERSION } from '#contracts';
import { Readiness, VIEWS_READER, type App } from '#platform';
import { StoreUnavailable, type ViewsReader } from '#ports';

export function expectViews({ nest }: App): void {
  const reader = nest.get<ViewsReader>(VIEWS_READER);
  nest.get(Readiness).expect('views', () => whyNoViews(reader));
}

/** How far they are behind is no reason: every answer says so itself. */
async function whyNoViews(reader: ViewsReader): Promise<string | null> {
  try {
    return (await reader.freshness(DOCUMENTS_VERSION)) === undefined ? 'no generation is served yet' : null;
  } catch (error) {
    if (error instanceof StoreUnavailable) return error.reason;
    throw error;
  }
}
