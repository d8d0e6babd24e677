/** A labor, and why it is open or closed, as docs/api.md has them: what views have beside them is not shown. */
import { presentLabor, type LaborWhy } from '#application';
import { laborBody, laborDetailBody, laborWhyBody } from '#contracts';
import type { FateId, LaborId } from '#domain';
import {
  closing,
  closingShown,
  completed,
  expectBody,
  laborShown,
  later,
  opening,
  openingShown,
  position,
  required,
  view,
} from '../testing-answers.js';
import { presentLaborDetail, presentWhy } from './present.js';

test('rule 12: a labor', () => {
  expectBody(laborBody, presentLabor(view), laborShown);
  const ack = { by: null, principal: null, at: later, note: 'seen' };
  const said = { ...ack, position };
  const notes = [ack, { ...ack, by: 'ann' }];
  const labor = {
    ...{
      ...view.labor,
      state: 'completed' as const,
      closed: closing,
      ack: said,
      notes: notes.map((note) => ({ ...note, position })),
      assignee: 'bob',
      overflow: { position, at: later },
    },
  };
  expectBody(laborBody, presentLabor({ labor, stranded: true, parked: true }), {
    ...laborShown,
    state: 'completed',
    closed: closingShown,
    ack,
    notes,
    assignee: 'bob',
    stranded: true,
    overflow: true,
    parked: true,
  });
});

const fate = {
  id: 1 as FateId,
  creates: required,
  completedBy: completed,
  intermediate: false,
  follows: null,
  onRepeat: 'open' as const,
  name: 'reboot',
  description: null,
  actors: ['owner' as const],
  status: 'in-force' as const,
  principal: 'on-call',
};

test('rule 16: why a labor is open, and why closed', () => {
  const why: LaborWhy = {
    labor: 'web-1~0' as LaborId,
    state: 'open',
    opened: opening,
    openingFate: fate,
    closed: null,
    closingFate: null,
    parked: false,
    completedBy: [{ type: completed, fates: [1 as FateId] }],
  };
  const shown = {
    labor: 'web-1~0',
    state: 'open',
    opened: openingShown,
    openingFate: fate,
    closed: null,
    closingFate: null,
    completedBy: [{ type: 'system-reboot-completed', fates: [1] }],
  };
  expectBody(laborWhyBody, presentWhy(why), shown);
  expectBody(laborWhyBody, presentWhy({ ...why, parked: true }), { ...shown, parked: true });
  const closed = { ...why, state: 'completed' as const, openingFate: null, closed: closing, closingFate: fate };
  expectBody(laborWhyBody, presentWhy({ ...closed, completedBy: [] }), {
    ...shown,
    state: 'completed',
    openingFate: null,
    closed: closingShown,
    closingFate: fate,
    completedBy: [],
  });
});

test('a labor by its id: what would advance it', () => {
  const next = { type: completed, closes: [view.labor.id], follows: [view.labor.id], opens: true };
  expectBody(laborDetailBody, presentLaborDetail({ ...view, next: [{ ...next, absorbedBy: null }] }), {
    ...laborShown,
    next: [next],
  });
});
