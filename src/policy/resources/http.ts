import type { Fields } from './fields.ts';
import { shown } from './shown.ts';

/** Whether a Calico rule has an HTTP criterion; checks it as the API server does (semantics 1.5). */
export function checkHttp(rule: Fields, direction: 'ingress' | 'egress'): boolean {
  const http = rule.child('http');
  if (http === null) return false;
  http.warnOfUnknown(['methods', 'paths']);
  const flaw = placeFlaw(rule, direction);
  if (flaw !== null) rule.report('refused', 'http', { message: flaw });
  const methods = http.texts('methods');
  if (new Set(methods).size < methods.length) {
    http.report('refused', 'methods', { message: 'a method is given twice' });
  }
  const paths = http.children('paths');
  for (const path of paths) checkPath(path);
  for (const name of ['methods', 'paths']) {
    if (http.list(name).length <= itemsMax) continue;
    http.report('refused', name, { message: `more than ${itemsMax} entries` });
  }
  return methods.length > 0 || paths.length > 0;
}

const itemsMax = 20;

const pathLengthMax = 1024;

function placeFlaw(rule: Fields, direction: 'ingress' | 'egress'): string | null {
  if (direction === 'egress') return '`http` may stand only in ingress rules';
  if (rule.text('action') !== 'Allow') return '`http` may stand only in `Allow` rules';
  const protocol = rule.any('protocol');
  const isTcp = protocol === undefined || protocol === 'TCP' || Number(protocol) === 6;
  return isTcp ? null : '`http` needs the protocol `TCP`, or none';
}

function checkPath(path: Fields): void {
  path.warnOfUnknown(['exact', 'prefix']);
  const exact = path.text('exact');
  const prefix = path.text('prefix');
  const text = exact === '' ? prefix : exact;
  if ((exact === '') === (prefix === '')) {
    path.report('refused', null, { message: 'give either `exact` or `prefix`' });
  } else if (text.length > pathLengthMax) {
    path.report('refused', null, { message: `more than ${pathLengthMax} characters` });
  } else if (!text.startsWith('/') || /[? #]/.test(text)) {
    path.report('refused', exact === '' ? 'prefix' : 'exact', {
      message: `${shown(text)} must begin with \`/\` and hold no blank, \`?\` or \`#\``,
    });
  }
}
