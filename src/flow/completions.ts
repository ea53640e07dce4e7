import { Gap, type Facts } from '../policy/evaluator/facts.ts';
import type { NumberClasses } from '../policy/index/doors.ts';

/** How many completions of one flow are tried in one scope before its numbers stay unknown. */
export const COMPLETIONS_MAX = 4096;

/** The gaps that trying every number closes. */
export const NUMBER_GAPS = Gap.sourcePort | Gap.destPort | Gap.protocol | Gap.icmp;

/**
 * The connection with its unknown numbers filled in, once for each class that the rules can tell
 * apart: Kleene's logic forgets that two rules ask for the same unknown port, these do not. Empty where
 * nothing is left to fill in, or more than `countMax`.
 */
export function completions(
  facts: Facts,
  gaps: number,
  { classes, countMax }: { readonly classes: NumberClasses; readonly countMax: number },
): readonly Facts[] {
  const protocols = missing(facts.protocol, gaps & Gap.protocol, classes.protocols);
  const sourcePorts = missing(facts.sourcePort, gaps & Gap.sourcePort, classes.sourcePorts);
  const destPorts = missing(facts.destPort, gaps & Gap.destPort, classes.destPorts);
  const icmp = missingIcmp(facts, gaps & Gap.icmp, classes);
  const count = protocols.length * sourcePorts.length * destPorts.length * icmp.length;
  if (count <= 1 || count > countMax) return [];
  return protocols.flatMap((protocol) =>
    sourcePorts.flatMap((sourcePort) =>
      destPorts.flatMap((destPort) =>
        icmp.map(([icmpType, icmpCode]) => ({
          ...facts,
          protocol,
          sourcePort,
          destPort,
          icmpType,
          icmpCode,
        })),
      ),
    ),
  );
}

function missing(known: number, gap: number, classes: readonly number[]): readonly number[] {
  return gap !== 0 && known < 0 ? classes : [known];
}

function missingIcmp(
  { icmpType, icmpCode, destPort }: Facts,
  gap: number,
  { icmp, icmpFromPort }: NumberClasses,
): NumberClasses['icmp'] {
  const isKnown = (icmpType >= 0 && icmpCode >= 0) || (icmpFromPort && destPort >= 0);
  if (gap === 0 || isKnown) return [[icmpType, icmpCode]];
  return icmpType < 0 ? icmp : icmp.filter(([type]) => type === icmpType);
}
