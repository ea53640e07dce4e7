import { randomBytes } from 'node:crypto';

import { saslUsers } from './listeners.ts';

/** New for every cluster: a node of an old one that is still going down must not be mistaken. */
export function newClusterId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? newClusterId() : id;
}

/** The class and arguments that prepare the storage of a node, with the users of SCRAM in it. */
export function formatCommand(clusterId: string, propertiesFile: string): string[] {
  const users = (['scram-sha-512', 'scram-sha-256'] as const).flatMap((mechanism) => {
    const { username, password } = saslUsers[mechanism];
    return ['--add-scram', `${mechanism.toUpperCase()}=[name=${username},password=${password}]`];
  });
  return ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', propertiesFile, ...users];
}

/** What a node writes when its doors are open. */
export const readyLine = /Kafka Server started/;

/** A configuration of log4j that is quiet, but for that line. */
export const log4jProperties = `status=error
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d{HH:mm:ss.SSS} %p %m (%c{1})%n
rootLogger.level=WARN
rootLogger.appenderRef.console.ref=console
logger.server.name=kafka.server.KafkaRaftServer
logger.server.level=INFO
`;
