// Whatever the bytes, a decoder gives one of a few answers, quickly, and lives on. `FUZZ_CASES` sets how many
// cases there are in all.
import { describeFuzz } from '../support/fuzz/describe-fuzz.ts';
import { fuzzTargets } from '../support/fuzz/targets.ts';

describeFuzz(fuzzTargets, Number(process.env['FUZZ_CASES'] ?? 1_000_000));
