/** A host of a list, and all about one, as docs/api.md has them: what views have beside them is not shown. */
import type { HostDossier } from '#application';
import { dossierBody, hostBody } from '#contracts';
import type { HostName } from '#domain';
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
  position,
  quest,
  questShown,
  required,
  view,
} from '../testing-answers.js';
import { presentDossier, presentHost } from './present.js';

const retired = { by: 'ann', principal: null, at, reason: 'sold' };
const lastEvent = { event: event.id, type: event.type, at, recordedAt: later };
const about = {
  attributes: { role: 'web', rack: 7 },
  retired,
  inventories: ['cmdb', 'aws'],
  lastEvent: { ...lastEvent, position },
};
const aboutShown = { ...about, lastEvent: { ...lastEvent, position: String(position) } };

test('a host of a list, and all about one', async () => {
  expectBody(hostBody, presentHost({ host, openLabors: 2, updatedAt: later, ...about, parked: null }), {
    host: 'web-1',
    open: 2,
    updatedAt: later,
    ...aboutShown,
  });
  const dossier: HostDossier = {
    host,
    aliases: ['w1' as HostName],
    updatedAt: later,
    ...{ attributes: {}, retired: null, inventories: [], lastEvent: null },
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
    aliases: ['w1'],
    updatedAt: later,
    ...{ attributes: {}, retired: null, inventories: [], lastEvent: null },
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
