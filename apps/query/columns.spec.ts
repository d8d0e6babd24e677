/** docs/api.md names every column of every list, in their order. */
import { table } from '../../test/docs/markdown.js';
import { eventTypeList, fateList } from './catalogue/lists.js';
import { eventList } from './events/list.js';
import { hostList } from './hosts/list.js';
import { laborList } from './labors/list.js';
import { questHostList, questList } from './quests/lists.js';

test('the columns that are documented are those there are', () => {
  const shapes = [eventTypeList, fateList, eventList, laborList, questList, questHostList, hostList];
  const there = shapes.map(({ name, columns }) => [name, Object.keys(columns).join(', ')]);
  expect(table('docs/api.md', 'columns')).toEqual(there);
});
