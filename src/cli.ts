#!/usr/bin/env -S node --disable-proto=delete --max-semi-space-size=16
// Any Node that knows `import()` can read this file and is told in words if it is too old for the others.
const nodeMajorMin = 24;
const { node } = process.versions;

// As `--disable-sigusr1`, which older Nodes refuse to start with: a signal opens no inspector.
process.on('SIGUSR1', () => {});

if (Number.parseInt(node, 10) >= nodeMajorMin) {
  void import('./program.ts').then(({ start }) => start());
} else {
  process.stderr.write(
    `rehearsal: needs Node ${nodeMajorMin} or newer, but ${process.execPath} is Node ${node}\n`,
  );
  process.exitCode = 78;
}
