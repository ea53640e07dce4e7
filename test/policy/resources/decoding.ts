import { formatPrefix } from '../../../src/net/prefix.ts';
import { decodeResources } from '../../../src/policy/resources/decode.ts';
import type { DecodeOptions } from '../../../src/policy/resources/decode.ts';
import { readDocuments } from '../../../src/policy/resources/documents.ts';
import type {
  EntityRule,
  Policy,
  Problem,
  Resources,
  Rule,
} from '../../../src/policy/resources/model.ts';
import { formatSelector } from '../../../src/policy/selector/format.ts';

const enforcement: DecodeOptions = { mode: 'enforcement' };

/** Decodes a YAML text as the only file, `p.yaml`. */
export function decodeYaml(text: string, options = enforcement): Resources {
  const { documents, problems } = readDocuments(text, 'p.yaml');
  const resources = decodeResources(documents, options);
  return { ...resources, problems: [...problems, ...resources.problems] };
}

/** Decodes objects as one JSON file, `p.json`. */
export function decodeObjects(objects: readonly object[], options = enforcement): Resources {
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }, null, 1);
  const { documents, problems } = readDocuments(text, 'p.json');
  const resources = decodeResources(documents, options);
  return { ...resources, problems: [...problems, ...resources.problems] };
}

/** The policy that the objects hold. */
export function onlyPolicy(resources: Resources): Policy {
  const [policy, ...others] = resources.policies;
  if (policy === undefined || others.length > 0) throw new Error('expected exactly one policy');
  return policy;
}

/** `file:line:col path: message`, as an operator reads them. */
export function linesOf(problems: readonly Problem[]): string[] {
  return problems.map(({ severity, position, path, message, hint }) => {
    const place = `${position.file}:${position.line}:${position.column}`;
    const mark = severity === 'warning' ? 'warning: ' : '';
    const where = path === '' ? '' : ` ${path}`;
    return `${place}${where}: ${mark}${message}${hint === '' ? '' : `; ${hint}`}`;
  });
}

/** A rule in few words: `allow tcp 80,90-99,web from … to …`. */
export function ruleText(rule: Rule): string {
  const parts: string[] = [rule.action];
  if (rule.ipVersion !== null) parts.push(`v${rule.ipVersion}`);
  if (rule.protocol !== null) parts.push(`protocol ${rule.protocol}`);
  if (rule.notProtocol !== null) parts.push(`not protocol ${rule.notProtocol}`);
  if (rule.icmp !== null) parts.push(`icmp ${rule.icmp.type}/${rule.icmp.code ?? '*'}`);
  if (rule.http) parts.push('http');
  const source = entityText(rule.source);
  const destination = entityText(rule.destination);
  if (source !== '') parts.push(`from ${source}`);
  if (destination !== '') parts.push(`to ${destination}`);
  return parts.join(' ');
}

function entityText(entity: EntityRule): string {
  const parts: string[] = [];
  if (entity.nets !== null) parts.push(entity.nets.map(formatPrefix).join(','));
  if (entity.notNets !== null) parts.push(`not ${entity.notNets.map(formatPrefix).join(',')}`);
  if (entity.selector !== null) parts.push(`{${formatSelector(entity.selector)}}`);
  if (entity.notSelector !== null) parts.push(`not {${formatSelector(entity.notSelector)}}`);
  if (entity.service !== null) parts.push(`${entity.service.namespace}/${entity.service.name}`);
  for (const [list, mark] of [
    [entity.ports, ':'],
    [entity.notPorts, '!:'],
  ] as const) {
    if (list === null) continue;
    const ranges = list.ranges.map(([low, high]) => (low === high ? `${low}` : `${low}-${high}`));
    parts.push(mark + [...list.names, ...ranges].join(','));
  }
  return parts.join(' ');
}
