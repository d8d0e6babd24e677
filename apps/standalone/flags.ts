/** What may stand behind `npm start --`. */
export const FLAGS = {
  demo: { flag: '--demo', about: 'plays four small flows into an empty Hermes' },
  rebuild: { flag: '--rebuild', about: 'folds the views from the journal once more, whatever they hold' },
} as const;
