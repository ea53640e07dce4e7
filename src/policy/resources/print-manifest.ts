import { Document, isCollection, isMap, isNode, visit } from 'yaml';
import type { Node } from 'yaml';
import type { Step, WrittenDocument } from './source.ts';
import { parseYaml, yamlWords } from './yaml.ts';

/** How an object is to differ from the one that was written. Members that are set where none is come last. */
export interface Edits {
  readonly set: readonly (readonly [path: readonly Step[], value: unknown])[];
  /** What is not there need not be removed; a mapping that is left without members goes as well. */
  readonly remove: readonly (readonly Step[])[];
}

/**
 * Prints one object as a YAML document of its own, without `---`: comments, order and quotes stay as they
 * were written, aliases are written out.
 */
export function printManifest(document: WrittenDocument, { set, remove }: Edits): string {
  const printed = new Document(undefined, yamlWords);
  const { yaml, path, value } = document;
  const original = yaml === null ? null : withoutAliases(yaml);
  printed.contents = original === null ? printed.createNode(value) : nodeAt(original, path);
  // What stands around the whole of a document; around a member of a list stand its neighbours.
  if (original !== null && path.length === 0) {
    printed.commentBefore = original.commentBefore;
    printed.comment = original.comment;
  }
  for (const [at, member] of set) {
    // In the place of a text a text keeps the quotes and the comment.
    printed.setIn(at, typeof member === 'string' ? member : printed.createNode(member));
  }
  for (const at of remove) removeFrom(printed, at);
  return printed.toString({
    lineWidth: 0,
    indentSeq: yaml === null || !flushLists.test(yaml),
    flowCollectionPadding: yaml === null || paddedBrackets.test(yaml),
  });
}

/** A list that is no deeper than the key it belongs to, as kubectl writes them. */
const flushLists = /^( *)(?![-#\s])[^\n]*:[ \t]*(?:#[^\n]*)?\n(?:[ \t]*(?:#[^\n]*)?\n)*\1- /m;
const paddedBrackets = /[[{] +[^\s\]}]/;

function withoutAliases(text: string): Document {
  const document = parseYaml(text);
  visit(document, {
    // The anchors of what it stands for go below, wherever they are.
    Alias: (_key, alias) => {
      const meant = alias.resolve(document)?.clone();
      return isNode(meant) ? meant : undefined;
    },
  });
  visit(document, {
    Value: (_key, node) => {
      delete node.anchor;
    },
  });
  return document;
}

function nodeAt(document: Document, path: readonly Step[]): Node | null {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  return isNode(node) ? node : null;
}

function removeFrom(document: Document, path: readonly Step[]): void {
  // Beside what is no mapping there is nothing to remove.
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isCollection(parent) || !parent.has(path.at(-1))) return;
  document.deleteIn(path);
  if (isMap(parent) && parent.items.length === 0) document.deleteIn(path.slice(0, -1));
}
