// One format for all code; `npm run format` applies it, `npm run check` asks for it.
export default {
  printWidth: 120,
  singleQuote: true,
  trailingComma: 'all',
};
