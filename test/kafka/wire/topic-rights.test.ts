import { expect, test } from 'vitest';

import { decodeTopicRights, fetchTopicRights } from '../../../src/kafka/wire/topic-rights.ts';
import { rightsAnswer } from '../../support/wire-bytes.ts';

test('each topic that exists allows what its bits say; one that is refused allows nothing', () => {
  const answer = rightsAnswer([
    ['in', 0, (2 ** 3) | (2 ** 8)],
    ['out', 0, (2 ** 4) | (2 ** 8)],
    ['all', 0, 0b1_1111_1111_1000],
    ['told', 0, 2 ** 8],
    ['refused', 29, -2_147_483_648],
    ['missing', 3, -2_147_483_648],
  ]);
  expect([...decodeTopicRights(answer)]).toEqual([
    ['in', new Set(['Read'])],
    ['out', new Set(['Write'])],
    ['all', new Set(['Read', 'Write'])],
    ['told', new Set()],
    ['refused', new Set()],
  ]);
});

test('a broker that is too old to tell is not asked', async () => {
  const connectionPool = { send: () => expect.unreachable('asked') };
  const broker = { versions: { 3: { maxVersion: 7 } }, connectionPool };
  expect(await fetchTopicRights(broker, ['in'])).toEqual(new Map());
});
