/** The hash of rule 24 is stored: it never changes, and similar keys get different hashes. */
import { keyHash, textHash } from './key-hash.js';

test('rule 24: the hash is of the key and of the pair of the type; without a key there is none', () => {
  expect(keyHash({ category: 'a', state: 'required', key: null })).toBeNull();
  expect(keyHash({ category: 'a', state: 'required', key: 'k' })).toBe(textHash('a required k'));
  const pairs = [
    ['a', 'b'],
    ['a', 'b-c'],
    ['a-b', 'c'],
    ['b', 'a'],
  ] as const;
  expect(new Set(pairs.map(([category, state]) => keyHash({ category, state, key: 'k' }))).size).toBe(4);
});

test('the hashes that host documents hold are these', () => {
  expect(textHash('')).toBe('9c22826ed1e586d7');
  expect(textHash('a')).toBe('75147f8a33d9ee2f');
  expect(textHash('reboot-4711')).toBe('dde31b906070a00f');
  expect(textHash('\u{1F5A5} ümlaut')).toBe('7d1db7568db4a34f');
  expect(textHash('x'.repeat(200))).toBe('8a88217518e4fdff');
});

test('a hash is 64 bits in hex', () => {
  for (let index = 0; index < 1000; index += 1) expect(textHash(`key ${index}`)).toMatch(/^[0-9a-f]{16}$/);
});

test('rule 24: keys that differ in little do not share a hash, nor half of one more often than chance has it', () => {
  const keys = new Set<string>(['', '\0', '\0\0', '\0\0\0', 'a', 'a\0', '\0a', 'ab', 'ba', '\uD83D', '\uDDA5']);
  for (let index = 0; index < 40_000; index += 1) {
    keys.add(String(index));
    keys.add(`host-${index % 300}/job-${Math.floor(index / 300)}`);
    keys.add(String.fromCharCode(index));
  }
  const hashes = [...keys].map(textHash);
  expect(new Set(hashes).size).toBe(keys.size);
  // of n values of 32 bits about n²/2^33 collide: here about 1
  for (const half of [hashes.map((hash) => hash.slice(0, 8)), hashes.map((hash) => hash.slice(8))]) {
    expect(keys.size - new Set(half).size).toBeLessThan(12);
  }
});

test('every bit of a key moves about half of the bits of its hash', () => {
  const key = 'reboot 2026-03-01 #4711';
  const bits = (hash: string) => BigInt(`0x${hash}`);
  for (let index = 0; index < key.length; index += 1) {
    for (let bit = 0; bit < 16; bit += 1) {
      const flipped = String.fromCharCode(key.charCodeAt(index) ^ (1 << bit));
      const other = key.slice(0, index) + flipped + key.slice(index + 1);
      const moved = (bits(textHash(key)) ^ bits(textHash(other))).toString(2).replaceAll('0', '').length;
      expect(moved).toBeGreaterThan(10);
      expect(moved).toBeLessThan(54);
    }
  }
});
