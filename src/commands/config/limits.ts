import { Type } from 'typebox';
import { kafkaLimitMeanings, kafkaLimits } from '../../kafka/limits.ts';
import { liveLimitMeanings, liveLimits } from '../../live/limits.ts';
import { reportLimitMeanings, reportLimits } from '../../report/limits.ts';
import { limitMeanings, limits } from '../../stage/limits.ts';
import { telemetryLimitMeanings, telemetryLimits } from '../../telemetry/limits.ts';

/** The section `limits` of the configuration: every part's own table, one after the other. */
export const limitsSchema = Type.Object(
  {
    ...integers(limits, limitMeanings),
    ...integers(liveLimits, liveLimitMeanings),
    ...integers(kafkaLimits, kafkaLimitMeanings),
    ...integers(telemetryLimits, telemetryLimitMeanings),
    ...integers(reportLimits, reportLimitMeanings),
  },
  { additionalProperties: false },
);

function integers<Name extends string>(
  table: Readonly<Record<Name, number>>,
  meanings: Readonly<Record<string, string>>,
) {
  const members = Object.entries<number>(table).map(([name, value]): [string, Type.TInteger] => [
    name,
    Type.Integer({ default: value, minimum: 1, description: meanings[name] ?? '' }),
  ]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `fromEntries` forgets the keys
  return Object.fromEntries(members) as Record<Name, Type.TInteger>;
}
