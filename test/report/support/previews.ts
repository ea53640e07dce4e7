import type { GroupPreview, PolicyPreview, Preview } from '../../../src/report/schema.ts';

export function aGroup(members: Partial<GroupPreview> = {}): GroupPreview {
  return {
    flip: 'newly-denied',
    source: 'shop/web',
    destination: 'shop/cart',
    protocol: 'tcp',
    port: 8080,
    direction: 'ingress',
    rule: 'snp/shop/strict, ingress rule 0: deny',
    flows: 3,
    connections: 12,
    bytes: 4096,
    alone: 3,
    together: 3,
    first: '2026-11-21T10:00:00.000Z',
    last: '2026-11-21T11:00:00.000Z',
    sample: 'flows.ndjson:17',
    ...members,
  };
}

const none = { flows: 0, connections: 0, bytes: 0, alone: 0, together: 0 };

export function aPolicy(members: Partial<PolicyPreview> = {}): PolicyPreview {
  return {
    name: 'snp/shop/strict',
    kind: 'StagedNetworkPolicy',
    namespace: 'shop',
    policy: 'strict',
    tier: 'default',
    stagedAction: 'Set',
    replaces: null,
    standing: 'breaks',
    why: 'alone it denies 3 flows that are allowed today',
    flows: { judged: 5, certain: 5, assumed: 0, uncertain: 0 },
    newlyDenied: { flows: 3, connections: 12, bytes: 4096, alone: 3, together: 3 },
    newlyAllowed: none,
    drifting: 0,
    reasons: [],
    openSample: null,
    first: '2026-11-21T10:00:00.000Z',
    last: '2026-11-21T11:00:00.000Z',
    groups: [aGroup()],
    rest: [],
    ...members,
  };
}

export function aPreview(members: Partial<Preview> = {}): Preview {
  return {
    version: 1,
    evaluator: 'rehearsal/0',
    at: '2026-11-21T12:00:00.000Z',
    mode: 'enforcement',
    policySet: 'default',
    policyHash: '0123456789abcdef',
    sources: ['flows.ndjson'],
    first: '2026-11-21T10:00:00.000Z',
    last: '2026-11-21T11:00:00.000Z',
    flows: {
      judged: 5,
      unchanged: 2,
      newlyDenied: 3,
      newlyAllowed: 0,
      uncertain: 0,
      notEvaluated: 0,
    },
    caused: { newlyDenied: 3, newlyAllowed: 0, uncertain: 0 },
    hostEndpoints: 0,
    reasons: [],
    unreadable: [],
    damaged: [],
    policies: [aPolicy()],
    together: { standing: 'breaks', why: 'together they deny 3', newlyDenied: 3, newlyAllowed: 0 },
    against: null,
    closing: 'One thing and `shop/strict`.',
    ...members,
  };
}
