/** Stages that only a frontend may talk to a database, in the namespace that `workload` takes. */
export const databasePolicy = `apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata: {name: default.db, namespace: default}
spec: {selector: role == 'database', types: [Ingress], ingress: [{action: Allow, source: {selector: role == 'frontend'}}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: default}
`;
