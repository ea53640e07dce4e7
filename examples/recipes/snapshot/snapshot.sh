#!/bin/sh
# Writes what Rehearsal reads of a cluster into a folder: all of it or nothing.
#   sh snapshot.sh policies/cluster
set -eu
folder=${1:?which folder?}

# What decides and who is meant. Every kind is asked for: one that is not served, or not allowed, ends this.
kinds='
namespaces serviceaccounts services
endpointslices.discovery.k8s.io
networkpolicies.networking.k8s.io
tiers.projectcalico.org
networkpolicies.projectcalico.org
globalnetworkpolicies.projectcalico.org
stagednetworkpolicies.projectcalico.org
stagedglobalnetworkpolicies.projectcalico.org
stagedkubernetesnetworkpolicies.projectcalico.org
networksets.projectcalico.org
globalnetworksets.projectcalico.org
hostendpoints.projectcalico.org
ippools.projectcalico.org
'

# The only kind that a cluster may do without.
cluster_policies=clusternetworkpolicies.policy.networking.k8s.io
if [ -n "$(kubectl get customresourcedefinitions "$cluster_policies" --ignore-not-found -o name)" ]; then
  kinds="$kinds $cluster_policies"
fi

# Calico's API server leaves out, without a word, the policies of tiers that the caller may not see.
for kind in networkpolicies globalnetworkpolicies stagednetworkpolicies stagedglobalnetworkpolicies; do
  kubectl auth can-i -q list "tier.$kind.projectcalico.org" --all-namespaces 2>/dev/null ||
    { echo "snapshot: may not list $kind of every tier" >&2; exit 1; }
done
kubectl auth can-i -q get tiers.projectcalico.org 2>/dev/null ||
  { echo 'snapshot: may not get every tier' >&2; exit 1; }

# A hidden folder is not read: the stage never sees half a file, nor a kind without the others.
mkdir -p "$folder"
rm -rf "$folder/.next"
mkdir "$folder/.next"
take() { # FILE, then what to ask for
  file=$1
  shift
  kubectl get "$@" -o json > "$folder/.next/$file.json"
}
for kind in $kinds; do
  case $kind in
    # When these were last edited tells whether they already meant the same when a flow was seen.
    *networksets* | hostendpoints*) take "$kind" "$kind" --all-namespaces --show-managed-fields ;;
    *) take "$kind" "$kind" --all-namespaces ;;
  esac
done
# The largest kind by far, and no file may be larger than 16 MiB.
namespaces=$(kubectl get namespaces -o 'jsonpath={.items[*].metadata.name}')
for namespace in $namespaces; do
  take "pods.$namespace" pods --namespace "$namespace"
done

for old in "$folder"/*.json; do
  [ -e "$folder/.next/${old##*/}" ] || rm -f "$old"
done
mv "$folder"/.next/*.json "$folder"
rmdir "$folder/.next"
