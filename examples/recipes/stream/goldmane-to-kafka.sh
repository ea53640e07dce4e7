#!/bin/sh
# Goldmane's gRPC stream to Kafka, one flow a message, until interrupted. Needs grpcurl, jq, kcat, and in this
# folder api.proto, ca.crt, tls.crt and tls.key (docs/recipes/goldmane-stream.md says from where).
#   sh goldmane-to-kafka.sh goldmane:7443 kafka:9092 flows
set -u
goldmane=${1:?where is Goldmane?} brokers=${2:?which brokers?} topic=${3:-flows}

# Where the stream begins: now, and after a break five minutes ago: nothing is missed, some comes twice.
from=0
while :; do
  grpcurl -cacert ca.crt -cert tls.crt -key tls.key -proto api.proto \
    -d "{\"startTimeGte\": $from}" "$goldmane" goldmane.Flows/Stream |
    jq --unbuffered -c . |
    kcat -P -b "$brokers" -t "$topic" -z lz4 -X acks=all
  echo 'the stream has ended; once more in 5 seconds' >&2
  sleep 5
  from=-300
done
