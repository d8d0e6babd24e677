/** A host of a list, and all about one, as docs/api.md has them: what views have beside them is not shown. */
import type { HostDossier } from '#application';
import { dossierBody, hostBody } from '#contracts';
import {
  at,
  completed,
  event,
  eventShown,
  expectBody,
  host,
  laborShown,
  later,
  parked,
  parkedShown,
  quest,
  questShown,
  required,
  view,
} from '../testing-answers.js';
import { presentDossier, presentHost } from './present.js';

test('a host of a list, and all about one', async () => {
  expectBody(hostBody, presentHost({ host, openLabors: 2, updatedAt: later, parked: null }), {
    host: 'web-1',
    open: 2,
    updatedAt: later,
  });
  const dossier: HostDossier = {
    host,
    updatedAt: later,
    parked,
    behind: false,
    openLabors: [view],
    next: [
      { type: completed, closes: [view.labor.id], follows: [], opens: false, absorbedBy: null },
      { type: required, closes: [], follows: [], opens: false, absorbedBy: view.labor.id },
    ],
    newestEvents: [event],
    lastByCategory: [event],
    quests: [quest],
  };
  expectBody(dossierBody, await presentDossier(dossier), {
    host: 'web-1',
    updatedAt: later,
    parked: parkedShown,
    openLabors: [laborShown],
    next: [
      { type: 'system-reboot-completed', closes: ['web-1~0'], follows: [], opens: false },
      { type: 'system-reboot-required', closes: [], follows: [], opens: false, absorbedBy: 'web-1~0' },
    ],
    lastStates: [{ category: 'system-reboot', state: 'required', at, event: 'web-1~0' }],
    newestEvents: [eventShown],
    quests: [questShown],
  });
});
