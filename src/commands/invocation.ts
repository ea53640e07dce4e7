import type { CommandName, OptionsOf } from './commands.ts';
import type { FlagValue } from './config/layers.ts';
import type { Surroundings } from './surroundings.ts';

/** One command as it was typed, with the world it runs in. */
export interface Invocation<Name extends CommandName = CommandName> {
  readonly options: OptionsOf<Name>;
  /** Options that set a configuration key, `--set` among them, in the order given. */
  readonly flags: readonly FlagValue[];
  readonly operands: readonly string[];
  /** Neither `--no-color` nor `NO_COLOR` was given; whether anybody can see it is another question. */
  readonly isColourWanted: boolean;
  readonly surroundings: Surroundings;
}
