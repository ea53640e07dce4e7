import { expect, test } from 'vitest';

import { failure } from '../../src/registry/answer.ts';
import { Standing } from '../../src/registry/standing.ts';
import { Health } from '../../src/stage/health.ts';
import { fakeClock, fakeLogger } from '../kafka/fakes.ts';

const silent = failure('unreachable', 'nothing');
const [one, other] = [{}, {}];

test.each<[string, (standing: Standing) => void, string]>([
  ['before anybody asked', () => {}, 'not asked yet'],
  ['while one waits', (s) => s.waits(one, silent), 'nothing; waiting'],
  [
    'while another still waits',
    (s) => {
      s.waits(one, silent);
      s.waits(other, silent);
      s.answered(one);
    },
    'nothing; waiting',
  ],
  [
    'after one gave up, though nobody waits',
    (s) => {
      s.waits(one, silent);
      s.gaveUp(one, silent);
      s.left(one);
    },
    'nothing; records that need it are dead letters',
  ],
])('the registry does not help %s', (_, happens, detail) => {
  const clock = fakeClock();
  const health = new Health(clock);
  happens(new Standing({ url: 'http://r', health, logger: fakeLogger(), clock }));
  expect(health.checks()).toMatchObject([{ name: 'registry', ok: false, detail }]);
});

test.each<[string, (standing: Standing) => void, string]>([
  ['it answers', (s) => s.answered(one), 'answers'],
  [
    'all who waited have their answers',
    (s) => {
      s.waits(one, silent);
      s.waits(other, silent);
      s.answered(one);
      s.answered(other);
    },
    'answers',
  ],
  [
    'the last who waited is gone',
    (s) => {
      s.waits(one, silent);
      s.left(one);
    },
    'nobody waits for it',
  ],
])('the registry is well once %s', (_, happens, detail) => {
  const clock = fakeClock();
  const health = new Health(clock);
  happens(new Standing({ url: 'http://r', health, logger: fakeLogger(), clock }));
  expect(health.checks()).toMatchObject([{ name: 'registry', ok: true, detail }]);
});
