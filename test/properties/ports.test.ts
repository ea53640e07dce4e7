// Ports of one class are one to the judge. Every run takes one fixed and one random seed; PROPERTY_WORLDS sets how
// many worlds each of them takes.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Flow } from '../../src/flow/flow.ts';
import { judge } from '../../src/flow/judge.ts';
import type { PolicyMode } from '../../src/policy/actions.ts';
import { portClassesOf } from '../../src/policy/index/port-classes.ts';
import { clusterOf } from '../support/cluster.ts';
import { expectToHold, seeds, worldCount } from '../support/property.ts';
import { worldSources } from '../support/property-worlds.ts';
import { wholeRecord } from '../support/whole-record.ts';

const connectionsMax = 20;
const options = { timeout: 3_600_000 };

describe.each(worldSources)('in %s', (_source, aWorld) => {
  test.each(seeds)('ports of one class have one answer, %s: %i', options, (_name, seed) => {
    expect.hasAssertions();
    const aMode = fc.constantFrom<PolicyMode>('calico', 'enforcement');
    const property = fc.property(aWorld(connectionsMax), aMode, ({ objects, ...world }, mode) => {
      const { index, resources } = clusterOf(objects, { mode, rawTypes: world.rawTypes });
      const { source, destination } = portClassesOf(index.tables);
      for (const connection of world.connections(resources)) {
        const flow = wholeRecord(connection);
        const answer = judge(index, flow);
        for (const sourcePort of ends(source, flow.source.port)) {
          for (const destPort of ends(destination, flow.destination.port)) {
            expect(judge(index, withPorts(flow, sourcePort, destPort))).toEqual(answer);
          }
        }
      }
    });
    expectToHold(property, { seed, numRuns: worldCount });
  });
});

/** The first and the last port of the class of one. */
function ends(firsts: readonly number[], port: number | null): readonly (number | null)[] {
  if (port === null) return [null];
  const place = firsts.findLastIndex((first) => first <= port);
  return [firsts[place] ?? 0, (firsts[place + 1] ?? 65_536) - 1];
}

function withPorts(flow: Flow, sourcePort: number | null, destPort: number | null): Flow {
  return {
    ...flow,
    source: { ...flow.source, port: sourcePort },
    destination: { ...flow.destination, port: destPort },
  };
}
