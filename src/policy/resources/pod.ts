import type { Address } from '../../net/address.ts';
import { parsePrefix } from '../../net/prefix.ts';
import { protocolNumbers } from '../../net/protocols.ts';
import type { Fields } from './fields.ts';
import { lifetimeOf } from './manifest.ts';
import type { Decoder, Manifest } from './manifest.ts';
import type { Labels, NamedPort } from './model.ts';
import { endpointLabels } from './workload-endpoint.ts';
import { shown } from './shown.ts';

/** Pod (semantics 2.4): an endpoint unless it shares its host's network, has no node or address, or is finished. */
export const decodePod: Decoder = (manifest) => {
  const { spec, metadata, namespace, name } = manifest;
  if (spec.boolean('hostNetwork') || spec.text('nodeName') === '') return null;
  if (isFinished(manifest)) return null;
  const addresses = readAddresses(manifest);
  if (addresses.length === 0) return null;
  const account = spec.text('serviceAccountName');
  const labels = endpointLabels(metadata.map('labels'), account);
  labels.set('projectcalico.org/namespace', namespace);
  labels.set('projectcalico.org/orchestrator', 'k8s');
  const profiles = [`kns.${namespace}`];
  if (account !== '') profiles.push(`ksa.${namespace}.${account}`);
  return {
    into: 'endpoints',
    value: {
      namespace,
      name,
      generateName: metadata.text('generateName') || null,
      labels,
      profiles,
      addresses,
      ports: [...readPorts(spec, 'containers'), ...readPorts(spec, 'initContainers')],
      lifetime: lifetimeOf(metadata),
    },
  };
};

const annotation = {
  podIp: 'cni.projectcalico.org/podIP',
  podIps: 'cni.projectcalico.org/podIPs',
  awsPodIps: 'vpc.amazonaws.com/pod-ips',
} as const;

const finishedPhases: readonly string[] = ['Succeeded', 'Failed', 'Completed'];

/** A pod that is merely terminating still counts; its network is gone once the annotation is empty. */
function isFinished({ root, metadata }: Manifest): boolean {
  if (finishedPhases.includes(root.childOrEmpty('status').text('phase'))) return true;
  if (!metadata.has('deletionTimestamp')) return false;
  const annotations = metadata.map('annotations');
  return annotations.get(annotation.podIp) === '' || annotations.get(annotation.awsPodIps) === '';
}

/** Empty if it has none, or if one of them cannot be read: then Calico takes none of them. */
function readAddresses({ root, metadata, findings }: Manifest): Address[] {
  const texts = addressTexts(root.childOrEmpty('status'), metadata.map('annotations'));
  const addresses: Address[] = [];
  for (const text of texts) {
    const parsed = parsePrefix(text.trim());
    if (parsed === null) {
      findings.add('broken', ['status'], { message: `${shown(text)} is no address of a pod` });
      return [];
    }
    addresses.push(parsed.prefix.address);
  }
  return addresses;
}

function addressTexts(status: Fields, annotations: Labels): readonly string[] {
  const podIps = status.children('podIPs').map((entry) => entry.text('ip'));
  if (podIps.length > 0) return podIps;
  const [first] = [
    status.text('podIP'),
    annotations.get(annotation.podIps),
    annotations.get(annotation.podIp),
    annotations.get(annotation.awsPodIps),
  ].filter((text) => text !== undefined && text !== '');
  return first?.split(',') ?? [];
}

function readPorts(spec: Fields, name: 'containers' | 'initContainers'): NamedPort[] {
  const ports: NamedPort[] = [];
  for (const container of spec.children(name)) {
    for (const entry of container.children('ports')) {
      const portName = entry.text('name');
      const port = entry.integer('containerPort', 0, 65535) ?? 0;
      const protocol = protocolOf(entry.text('protocol'));
      if (port === 0 || portName === '' || protocol === null) continue;
      ports.push({ name: portName, protocol, port });
    }
  }
  return ports;
}

function protocolOf(text: string): number | null {
  if (text === '') return protocolNumbers.TCP;
  return text === 'TCP' || text === 'UDP' || text === 'SCTP' ? protocolNumbers[text] : null;
}
