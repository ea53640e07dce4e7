// Whatever somebody writes in place of a selector or a policy, it is read or refused, quickly and with a place.
// `POLICY_FUZZ_CASES` sets how many cases there are in all.
import { describeFuzz } from '../support/fuzz/describe-fuzz.ts';
import { policyTargets } from '../support/fuzz/policy-targets.ts';

describeFuzz(policyTargets, Number(process.env['POLICY_FUZZ_CASES'] ?? 450_000));
