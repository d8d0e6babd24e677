/** What the fleet of every benchmark does: three flows of labors, played by each host over and over. */

interface TypeGiven {
  readonly category: string;
  readonly state: string;
}

export interface FateGiven {
  readonly creates: string;
  readonly completedBy: string;
  readonly intermediate: boolean;
}

function typeOf(category: string, state: string): TypeGiven {
  return { category, state };
}

/**
 * One host's life. Of eight events four open labors, four close (one does both), and one does neither: one labor is
 * written for each event on average.
 */
export const LIFE: readonly TypeGiven[] = [
  typeOf('system-reboot', 'required'),
  typeOf('system-reboot', 'completed'),
  typeOf('system-maintenance', 'required'),
  typeOf('system-maintenance', 'ready'),
  typeOf('agent-run', 'finished'),
  typeOf('system-maintenance', 'completed'),
  typeOf('puppet-restart', 'required'),
  typeOf('puppet-restart', 'completed'),
];

export const FATES: readonly FateGiven[] = [
  { creates: 'system-reboot-required', completedBy: 'system-reboot-completed', intermediate: false },
  { creates: 'system-maintenance-required', completedBy: 'system-maintenance-ready', intermediate: false },
  { creates: 'system-maintenance-ready', completedBy: 'system-maintenance-completed', intermediate: true },
  { creates: 'puppet-restart-required', completedBy: 'puppet-restart-completed', intermediate: false },
];

/** The host's `step`-th event; hosts are at different places of their life. */
export function lifeOf(host: number, step: number): TypeGiven {
  return LIFE[(host * 3 + step) % LIFE.length]!;
}

export function nameOf({ category, state }: TypeGiven): string {
  return `${category}-${state}`;
}

/** As fleets name them. */
export function hostName(host: number): string {
  return `web-${String(host).padStart(6, '0')}.fra1.example.com`;
}
