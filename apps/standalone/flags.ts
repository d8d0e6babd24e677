/** What may stand behind `npm start --`. */
export const FLAGS = {
  demo: { flag: '--demo', about: 'plays four small flows into an empty Hermes' },
  rebuild: { flag: '--rebuild', about: 'rebuilds the views from the journal, whatever they hold' },
} as const;
