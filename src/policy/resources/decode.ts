import { unreachable } from '../../std/assert.ts';
import type { PolicyMode } from '../actions.ts';
import { lookUpKind } from './catalogue.ts';
import type { KindEntry } from './catalogue.ts';
import { Collector } from './collector.ts';
import { Fields } from './fields.ts';
import { Findings } from './findings.ts';
import type { OnInvalid, Reading } from './findings.ts';
import type { Manifest } from './manifest.ts';
import type { Resources } from './model.ts';
import { labelNameFlaw } from './names.ts';
import { Selectors } from './selectors.ts';
import type { SourceDocument } from './source.ts';
import { restoreMetadata } from './stored-metadata.ts';
import { shown } from './shown.ts';

export interface DecodeOptions {
  readonly mode: PolicyMode;
  /** `refuse` unless given; `drop` under `mode: calico` (contract 3). */
  readonly onInvalid?: OnInvalid;
  /** All objects are exactly as Felix sees them: missing types stay missing (semantics 1.13). */
  readonly rawTypes?: boolean;
}

/**
 * Decodes all documents, with everything that is wrong in any of them (contract 4). An error among
 * the problems means that the set must not be used; a rejected policy is one only if `onInvalid` is
 * `refuse`.
 */
export function decodeResources(
  documents: readonly SourceDocument[],
  options: DecodeOptions,
): Resources {
  const { mode, onInvalid = mode === 'calico' ? 'drop' : 'refuse', rawTypes = false } = options;
  const collector = new Collector({ mode, onInvalid });
  const decoding = { collector, selectors: new Selectors(), rawTypes };
  for (const document of documents) decodeDocument(document, decoding);
  return collector.finish();
}

/** Which object a document is: Calico's name of its kind, and its own. */
export interface Identity {
  readonly kind: string;
  /** Empty for kinds that have none. */
  readonly namespace: string;
  readonly name: string;
}

/** `null` = nothing that could be decoded. */
export function identityOf(document: SourceDocument): Identity | null {
  const nobody = new Collector({ mode: 'enforcement', onInvalid: 'refuse' });
  const found = recognise(document, new Findings(document), nobody);
  if (found === null) return null;
  const { namespace, name } = found.manifest;
  return { kind: found.entry.id, namespace, name };
}

interface Decoding {
  readonly collector: Collector;
  readonly selectors: Selectors;
  readonly rawTypes: boolean;
}

function decodeDocument(document: SourceDocument, decoding: Decoding): void {
  const findings = new Findings(document);
  const found = recognise(document, findings, decoding.collector);
  if (found !== null) {
    const { entry, manifest } = found;
    const reading: Reading = decoding.collector.reading;
    const rawTypes = decoding.rawTypes || isMarkedRaw(manifest);
    const decoded = entry.decode(manifest, { reading, selectors: decoding.selectors, rawTypes });
    decoding.collector.add(entry, manifest, decoded);
  }
  decoding.collector.addProblems(findings, found?.entry.isPolicy ?? false);
}

/** Finds out what the document is; reports it and returns null if that cannot be told, or if it is nothing to us. */
function recognise(
  document: SourceDocument,
  findings: Findings,
  collector: Collector,
): { readonly entry: KindEntry; readonly manifest: Manifest } | null {
  const root = Fields.of(document.value, findings);
  if (root === null) {
    findings.add('unreadable', [], {
      message: 'expected a Kubernetes object: a mapping with a kind',
    });
    return null;
  }
  const kind = identityText(root, 'kind');
  const apiVersion = identityText(root, 'apiVersion');
  if (kind === null || apiVersion === null) return null;
  const found = lookUpKind(apiVersion, kind);
  switch (found.status) {
    case 'known':
      return identify(found.entry, restoreMetadata(root, apiVersion, kind), document);
    case 'skipped':
      collector.skip(apiVersion, kind);
      return null;
    case 'obsolete':
      root.report('odd', 'kind', { message: found.message });
      collector.skip(apiVersion, kind);
      return null;
    case 'unknown':
      root.report('unreadable', 'kind', found);
      return null;
    default:
      return unreachable(found);
  }
}

function identify(
  entry: KindEntry,
  root: Fields,
  document: SourceDocument,
): { readonly entry: KindEntry; readonly manifest: Manifest } | null {
  const metadata = root.childOrEmpty('metadata');
  const name = identityText(metadata, 'name');
  const namespace = entry.isNamespaced ? identityText(metadata, 'namespace') : '';
  if (name === null || namespace === null) return null;
  const flaw = entry.isNamespaced ? labelNameFlaw(namespace) : null;
  if (flaw !== null) metadata.report('refused', 'namespace', { message: flaw });
  if (!entry.isNamespaced && metadata.has('namespace')) {
    metadata.report('odd', 'namespace', { message: 'objects of this kind have no namespace' });
  }
  const spec = root.childOrEmpty('spec');
  const { findings } = root;
  return { entry, manifest: { document, root, metadata, spec, namespace, name, findings } };
}

/** A text without which we cannot tell what the object is. */
function identityText(fields: Fields, name: string): string | null {
  const value = fields.any(name);
  if (typeof value === 'string' && value !== '') return value;
  const message =
    value === undefined ? `${shown(name)} is missing` : `${shown(name)} must be a text`;
  const hint = name === 'namespace' ? 'add it: objects of this kind live in a namespace' : '';
  fields.report('unreadable', value === undefined ? null : name, { message, hint });
  return null;
}

function isMarkedRaw(manifest: Manifest): boolean {
  if (!manifest.metadata.has('annotations')) return false;
  return manifest.metadata.map('annotations').get('rehearsal/raw-types') === 'true';
}
