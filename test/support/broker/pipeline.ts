import { createTopics } from './topics.ts';
import { uniqueName } from './shared-broker.ts';

/** Topics and a group of a suite's own, and the settings by which a stage finds them. */
export interface Pipeline {
  readonly input: string;
  readonly output: string;
  readonly deadLetter: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** Makes the topics. */
export async function createPipeline(bootstrap: string, partitions: number): Promise<Pipeline> {
  const input = uniqueName('flows');
  const [output, deadLetter] = [`${input}-pending`, `${input}-dead-letter`];
  await createTopics(
    bootstrap,
    [input, output, deadLetter].map((name) => ({ name, partitions })),
  );
  return {
    input,
    output,
    deadLetter,
    settings: {
      INPUT_TOPICS: input,
      INPUT_GROUP_ID: input,
      OUTPUT_TOPIC: output,
      DEAD_LETTER_TOPIC: deadLetter,
    },
  };
}
