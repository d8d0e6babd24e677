import { Pieces } from './pieces.js';

test('a hundred thousand pieces of a byte are handed on in their order, in some hundred', () => {
  const pieces = new Pieces();
  const sent = Buffer.from(Array.from({ length: 100_000 }, (_, nth) => nth % 251));
  const got: Buffer[] = [];
  for (const byte of sent) {
    const bytes = pieces.put(Buffer.of(byte));
    if (bytes) got.push(bytes);
  }
  got.push(pieces.take() ?? Buffer.alloc(0));
  expect(Buffer.concat(got).equals(sent)).toBe(true);
  expect(got.length).toBeLessThan(500);
  expect(pieces.take()).toBeUndefined();
});

test('a large piece is handed on as it is, at once', () => {
  const large = Buffer.alloc(16_384);
  expect(new Pieces().put(large)).toBe(large);
});
