import { configureGlobal } from 'fast-check';

// Code that may be changed anywhere runs many times slower: a property ends after so many milliseconds.
// A fixed seed where the test has none of its own, so that every mutant meets the same.
configureGlobal({ seed: 20_260_818, interruptAfterTimeLimit: 250 });
