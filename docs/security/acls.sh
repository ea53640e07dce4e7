#!/bin/sh
# Grants a stage what it needs on the brokers, and nothing else: docs/security/README.md says why each line.
#
#   PRINCIPAL=User:rehearsal sh acls.sh --bootstrap-server kafka:9092 --command-config admin.properties
#
# The arguments go to every call of kafka-acls.sh. ACTION=--remove takes the same lines back.
set -eu

: "${PRINCIPAL:?the name by which the brokers know the stage, as User:rehearsal}"
# As configured, see the README; one stage a group.
INPUT_TOPICS=${INPUT_TOPICS:-flows}
OUTPUT_TOPIC=${OUTPUT_TOPIC:-flows-pending}
# Empty where `deadLetter.topic` is.
DEAD_LETTER_TOPIC=${DEAD_LETTER_TOPIC-flows-dead-letter}
GROUP_ID=${GROUP_ID:-rehearsal}
CLIENT_ID=${CLIENT_ID:-rehearsal}
GUARANTEE=${GUARANTEE:-at-least-once}
ACTION=${ACTION:---add}

grant() {
  "${KAFKA_ACLS:-kafka-acls.sh}" "$@" "$ACTION" --allow-principal "$PRINCIPAL"
}

IFS_BEFORE=$IFS
IFS=,
set -f
for topic in $INPUT_TOPICS; do
  IFS=$IFS_BEFORE
  grant "$@" --topic "$topic" --operation Read
done
IFS=$IFS_BEFORE
grant "$@" --topic "$OUTPUT_TOPIC" --operation Write
if [ -n "$DEAD_LETTER_TOPIC" ]; then grant "$@" --topic "$DEAD_LETTER_TOPIC" --operation Write; fi
grant "$@" --group "$GROUP_ID" --operation Read
if [ "$GUARANTEE" = exactly-once ]; then
  grant "$@" --transactional-id "$CLIENT_ID.$GROUP_ID." --resource-pattern-type prefixed --operation Write
fi
