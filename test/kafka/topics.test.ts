import { expect, test } from 'vitest';

import { assertTopics, type TopicPlan } from '../../src/kafka/topics.ts';

const plan: TopicPlan = { inputs: ['flows'], output: 'judged', deadLetter: 'dead' };
const counts = { flows: 6, judged: 6, dead: 1 };

function check(over: Partial<TopicPlan>, partitions: Readonly<Record<string, number>> = counts) {
  return () =>
    assertTopics({ ...plan, ...over }, new Map(Object.entries(partitions)), ['k1:9092', 'k2:9092']);
}

test.each([
  ['topics that all exist', {}, counts],
  ['more output partitions than input', {}, { ...counts, judged: 12 }],
  ['a dead-letter topic of one partition', {}, counts],
  ['no dead-letter topic', { deadLetter: null }, { flows: 6, judged: 6 }],
  ['a dry run that writes nothing', { output: null, deadLetter: null }, { flows: 6 }],
  ['inputs of different sizes', { inputs: ['flows', 'more'] }, { ...counts, more: 2 }],
])('accepts %s', (_, over, partitions) => {
  expect(check(over, partitions)).not.toThrow();
});

test.each([
  ['an output among the inputs', { output: 'flows' }, '`output.topic` is `flows`'],
  [
    'a dead-letter topic among the inputs',
    { deadLetter: 'flows' },
    '`deadLetter.topic` is `flows`',
  ],
])('refuses %s', (_, over, message) => {
  expect(check(over)).toThrow(expect.objectContaining({ code: 'kafka/topic-loop' }));
  expect(check(over)).toThrow(message);
});

test('refuses fewer output partitions than input, with the command that mends it', () => {
  const refused = check({ inputs: ['more', 'flows'] }, { ...counts, more: 2, judged: 5 });
  expect(refused).toThrow(expect.objectContaining({ code: 'kafka/too-few-partitions' }));
  expect(refused).toThrow(
    'kafka-topics.sh --bootstrap-server k1:9092,k2:9092 --alter --topic judged --partitions 6',
  );
});

test('names every missing topic and the commands that make them as wide as the input', () => {
  const missing = check({}, { flows: 6 });
  expect(missing).toThrow(expect.objectContaining({ code: 'kafka/topic-missing' }));
  expect(missing).toThrow(
    'topics `judged`, `dead` do not exist; create with: ' +
      'kafka-topics.sh --bootstrap-server k1:9092,k2:9092 --create --topic judged --partitions 6 && ' +
      'kafka-topics.sh --bootstrap-server k1:9092,k2:9092 --create --topic dead --partitions 6',
  );
});

test('a missing input is missing first, whatever else is wrong', () => {
  expect(check({}, { judged: 1, dead: 1 })).toThrow('topic `flows` does not exist');
});
