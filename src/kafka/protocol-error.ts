import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** What kafkajs makes of a broker's refusal: an error with its `type`. */
export function protocolError(code: number): Error {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an untyped module, pinned
  const errors = require('kafkajs/src/protocol/error') as {
    createErrorFromCode: (code: number) => Error;
  };
  return errors.createErrorFromCode(code);
}
