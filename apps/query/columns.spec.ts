/** docs/api.md names every column of every list, in their order. */
import { table } from '../../test/docs/markdown.js';
import { eventTypeList, fateList } from './catalogue/lists.js';
import { eventList } from './events/list.js';
import { hostList } from './hosts/list.js';
import { laborList } from './labors/list.js';
import { burndownList, questHistoryList, questHostList, questList } from './quests/lists.js';

const shapes = [
  eventTypeList,
  fateList,
  eventList,
  laborList,
  questList,
  questHostList,
  questHistoryList,
  burndownList,
  hostList,
];

test('every column of instants is known as such, so that spreadsheets get dates', () => {
  for (const { name, columns, instants } of shapes) {
    const times = Object.keys(columns).filter((column) =>
      /^(?:at|from|to|target|lastSeen)$|(?:At|Since)$/.test(column),
    );
    expect([name, [...instants].sort()]).toEqual([name, times.sort()]);
  }
});

test('the columns that are documented are those there are', () => {
  const there = shapes.map(({ name, columns }) => [name, Object.keys(columns).join(', ')]);
  expect(table('docs/api.md', 'columns')).toEqual(there);
});
