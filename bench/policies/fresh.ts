// One step from text to index in a process of its own, which has run nothing before: as the thread that
// reads and compiles policies does. Prints what the step took. Run with `--expose-gc`.
import { stringify } from 'yaml';
import { compile, readResources } from '../../src/index.ts';
import { scaleWorld } from '../../test/conformance/scale-rows.ts';
import { steps, type Cost, type StepName } from './steps.ts';

const [name = 'compile', policies = '100'] = process.argv.slice(2);
const step = (Object.keys(steps) as StepName[]).find((one) => one === name);
const size = ([100, 1000, 5000] as const).find((one) => String(one) === policies);
if (step === undefined || size === undefined) throw new Error(`no step ${name} of ${policies}`);
console.log(JSON.stringify(measure(preparedStep(step, scaleWorld(size).resources))));

function preparedStep(wanted: StepName, resources: readonly unknown[]): () => unknown {
  const json = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: resources });
  if (wanted === 'json') return () => readResources(json, 'world.json');
  if (wanted === 'yaml') {
    const yaml = resources.map((resource) => `---\n${stringify(resource)}`).join('');
    return () => readResources(yaml, 'world.yaml');
  }
  const { documents } = readResources(json, 'world.json');
  return () => compile(documents, { mode: 'calico' });
}

function measure(run: () => unknown): Cost {
  globalThis.gc?.();
  const heapBytes = process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
  const rssBytes = process.memoryUsage.rss();
  const before = process.cpuUsage();
  const result = run();
  const { user, system } = process.cpuUsage(before);
  // Kilobytes on every system.
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  if (result === null) throw new Error('nothing came of it');
  return {
    cpuMs: (user + system) / 1000,
    peakBytes: peakBytes - rssBytes,
    keptBytes: heapUsed + arrayBuffers - heapBytes,
  };
}
