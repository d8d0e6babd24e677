/** P7: a generation that is dropped between the look at it and the read of it. */
import { GenerationGone } from '#ports';
import { createReading } from './create-reading.js';
import { at, catalogueOf, laborOf, NOW } from './testing-documents.js';
import { FakeViews } from './testing-views.js';

/** Generation 7 is there at the first look only; `next` is served from then on. */
function replacedBy(next: number | null) {
  const views = new FakeViews(at(10));
  views.catalogueNow = catalogueOf(['a', 'b'], [{ rule: 'a => b' }]);
  views.laborsNow = [{ labor: laborOf('web-1~0'), parked: false }];
  const labor = views.labor.bind(views);
  views.labor = (generation, id) => {
    if (next === null || generation !== next) return Promise.reject(new GenerationGone(generation));
    return labor(generation, id);
  };
  views.onLook = (look) => {
    if (look > 1 && next !== null) views.advance(at(11), next);
  };
  return createReading({ views, clock: { nowMs: () => Date.parse(NOW) }, maxWaitS: 1 });
}

test('the read is answered from the generation that is served now', async () => {
  expect(await replacedBy(8).labor('web-1~0', {})).toMatchObject({
    value: { generation: 8, position: 11n, body: { labor: { id: 'web-1~0' } } },
  });
});

test('the read is not-caught-up where that one is gone too', async () => {
  expect(await replacedBy(null).labor('web-1~0', {})).toMatchObject({
    problem: { code: 'not-caught-up', retryAfterS: 1 },
  });
});

test('a list that goes on in its generation ends: pages of two generations are not one list', async () => {
  const reading = replacedBy(8);
  const sameAs = { position: at(10), ageMs: 0, hostsBehind: 0, generation: 7, body: null };
  expect(await reading.labor('web-1~0', { sameAs })).toMatchObject({ problem: { code: 'not-caught-up' } });
});
