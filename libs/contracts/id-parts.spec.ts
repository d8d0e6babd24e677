/** Parts of ids, also of hosts whose names have dots and tildes' neighbours in them. */
import { eventId, laborId, type HostName } from '#domain';
import { followUpsOf, hostOfEvent, openingEventOf, revisionOf } from './id-parts.js';

const host = 'web-1.example.com' as HostName;

test('host, opening event and revision are those that the id was made of', () => {
  const event = eventId(host, 12);
  expect(hostOfEvent(event)).toBe(host);
  for (const followUp of [0, 1, 10]) {
    const labor = laborId(host, 12, followUp);
    expect(openingEventOf(labor)).toBe(event);
    expect(revisionOf(labor)).toBe(12);
  }
});

test('between the bounds lie the follow-ups of the event, and of no other', () => {
  const { after, before } = followUpsOf(eventId(host, 1));
  const isBetween = (id: string) => id > after && id < before;
  expect([1, 9, 10, 1000].map((n) => isBetween(laborId(host, 1, n)))).toEqual([true, true, true, true]);
  const others = [laborId(host, 1, 0), laborId(host, 10, 0), laborId(host, 11, 1), laborId(host, 0, 1)];
  expect(others.filter(isBetween)).toEqual([]);
});
