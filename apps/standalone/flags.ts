/** What may stand behind `npm start --`. */
export const FLAGS = {
  demo: { flag: '--demo', about: 'plays four small flows into an empty Hermes' },
  rebuild: { flag: '--rebuild', about: 'rebuilds the views from the journal, whatever they hold' },
  foldAnew: {
    flag: '--fold-anew',
    about: 'judges the journal again, and then serves that instead; the views are read meanwhile',
  },
} as const;
