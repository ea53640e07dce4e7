import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import kafkajs, { type AclEntry, type Admin } from 'kafkajs';

import type { Right } from '../../../src/kafka/rights.ts';
import { jvmFlags } from './jvm-flags.ts';
import { findJvm } from './jvm.ts';
import { runProgram } from './run-program.ts';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

const resources = {
  topic: AclResourceTypes.TOPIC,
  group: AclResourceTypes.GROUP,
  'transactional-id': AclResourceTypes.TRANSACTIONAL_ID,
} as const satisfies Record<Right['resource'], number>;

const patterns = {
  literal: ResourcePatternTypes.LITERAL,
  prefixed: ResourcePatternTypes.PREFIXED,
} as const satisfies Record<Right['pattern'], number>;

const operations = {
  Read: AclOperationTypes.READ,
  Write: AclOperationTypes.WRITE,
} as const satisfies Record<Right['operation'], number>;

/** The right as an entry of a broker. */
export function entryOf(principal: string, right: Right): AclEntry {
  return {
    principal,
    host: '*',
    permissionType: AclPermissionTypes.ALLOW,
    operation: operations[right.operation],
    resourceType: resources[right.resource],
    resourceName: right.name,
    resourcePatternType: patterns[right.pattern],
  };
}

/** All entries of somebody, in the order of their texts. */
export async function entriesOf(admin: Admin, principal: string): Promise<AclEntry[]> {
  const { resources: found } = await admin.describeAcls({
    principal,
    permissionType: AclPermissionTypes.ANY,
    operation: AclOperationTypes.ANY,
    resourceType: AclResourceTypes.ANY,
    resourcePatternType: ResourcePatternTypes.ANY,
  });
  return sorted(
    found.flatMap(({ resourceType, resourceName, resourcePatternType, acls }) =>
      acls.map(({ host, operation, permissionType }) => ({
        principal,
        host,
        operation,
        permissionType,
        resourceType,
        resourceName,
        resourcePatternType,
      })),
    ),
  );
}

export function sorted(entries: readonly AclEntry[]): AclEntry[] {
  return entries.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
}

function textOf({ resourceType, resourceName, operation }: AclEntry): string {
  return `${resourceType} ${resourceName} ${operation}`;
}

/** Resolves once the broker goes by it. */
export async function grant(admin: Admin, principal: string, right: Right): Promise<void> {
  await admin.createAcls({ acl: [entryOf(principal, right)] });
  await untilKnown(admin, { principal, right, isGranted: true });
}

/** Resolves once the broker goes by it. */
export async function revoke(admin: Admin, principal: string, right: Right): Promise<void> {
  await admin.deleteAcls({ filters: [entryOf(principal, right)] });
  await untilKnown(admin, { principal, right, isGranted: false });
}

interface Change {
  readonly principal: string;
  readonly right: Right;
  readonly isGranted: boolean;
}

/** The controller answers before the brokers have heard of it. */
async function untilKnown(admin: Admin, { principal, right, isGranted }: Change): Promise<void> {
  const wanted = textOf(entryOf(principal, right));
  for (let look = 0; look < 200; look += 1) {
    const entries = await entriesOf(admin, principal);
    if (entries.some((entry) => textOf(entry) === wanted) === isGranted) return;
    await sleep(50);
  }
  throw new Error(`the broker has not heard of the change of ${wanted}`);
}

/** Runs docs/security/acls.sh with Kafka's own tool. */
export async function runScript(
  bootstrap: string,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const jvm = await findJvm(process.env, () => {});
  if (!jvm.found) throw new Error(`rights are granted by Kafka's own tool: ${jvm.why}`);
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-acls-'));
  const tool = join(folder, 'kafka-acls.sh');
  const flags = [...jvmFlags('test'), '-cp', `${jvm.libs}/*`, 'org.apache.kafka.tools.AclCommand'];
  const command = [jvm.java, ...flags].map((word) => `'${word}'`).join(' ');
  try {
    writeFileSync(tool, `#!/bin/sh\nexec ${command} "$@"\n`);
    chmodSync(tool, 0o755);
    const { code, stdout, stderr } = await runProgram(
      'sh',
      ['docs/security/acls.sh', '--bootstrap-server', bootstrap],
      {
        timeoutMs: 120_000,
        environment: { PATH: process.env['PATH'], KAFKA_ACLS: tool, ...settings },
      },
    );
    if (code !== 0) throw new Error(`the script ended with ${code}: ${stdout}${stderr}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
