import { expect, test } from 'vitest';

import { Turns } from '../../src/kafka/turns.ts';

test('each has its turn in the order of asking, and the event loop between any two', async () => {
  const turns = new Turns();
  const seen: string[] = [];
  const work = async (name: string): Promise<void> => {
    await turns.next();
    seen.push(name);
    setImmediate(() => seen.push(`after ${name}`));
  };
  await Promise.all([work('a'), work('b'), work('c')]);
  expect(seen.filter((name) => !name.startsWith('after'))).toEqual(['a', 'b', 'c']);
  expect(seen.indexOf('after a')).toBeLessThan(seen.indexOf('c'));
});
