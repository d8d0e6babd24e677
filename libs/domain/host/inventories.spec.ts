/** Rule 23: in which inventories a host is. */
import { checkedPlays } from '#testing';
import { MAX_HOST_ATTRIBUTES, MAX_INVENTORIES } from './state.js';

const play = checkedPlays();

const A = 'a-required';
const DONE = 'host-done';

const stateOf = (h: ReturnType<typeof play>) => h.fold.states.get('h' as never);

describe('rule 23: inventories', () => {
  test('take a host in with its attributes, and have it until a whole import lacks it; attributes stay', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.event(A);
    h.imported('cmdb', { role: 'web', rack: 7 });
    h.imported('aws', { role: 'db' }, ['rack']);
    h.imported('cmdb');
    expect(stateOf(h)).toMatchObject({ inventories: ['cmdb', 'aws'], attributes: { role: 'db' } });
    expect(h.missing('cmdb').effects).toEqual([]);
    h.missing('other');
    expect(stateOf(h)).toMatchObject({ inventories: ['aws'], attributes: { role: 'db' } });
    expect(h.open()).toEqual(['h~0']);
  });

  test('a host that is retired is in them all the same, and neither is it revived by them', () => {
    const h = play();
    h.imported('cmdb');
    h.retire('ann', 'sold');
    h.imported('aws');
    expect(stateOf(h)).toMatchObject({ inventories: ['cmdb', 'aws'], retired: { reason: 'sold' } });
  });

  test('of more than 16, those that took it in first have it until one of them lacks it; attributes are set all the same', () => {
    const h = play();
    for (let n = 0; n < MAX_INVENTORIES; n += 1) h.imported(`i-${n}`);
    const first = stateOf(h)?.inventories;
    expect(first).toHaveLength(MAX_INVENTORIES);
    h.imported('more', { role: 'web' });
    expect(stateOf(h)).toMatchObject({ inventories: first, attributes: { role: 'web' } });
    h.missing('i-1');
    h.imported('more');
    expect(stateOf(h)?.inventories).toEqual([...first!.filter((name) => name !== 'i-1'), 'more']);
  });

  test('a line with attributes for which there is no room takes the host in without them', () => {
    const h = play();
    h.attributes(Object.fromEntries(Array.from({ length: MAX_HOST_ATTRIBUTES }, (_, n) => [`n${n}`, n])));
    h.imported('cmdb', { more: 1 });
    expect(stateOf(h)).toMatchObject({ inventories: ['cmdb'] });
    expect(stateOf(h)?.attributes).not.toHaveProperty('more');
  });
});
