import { nearest } from '../std/nearest.ts';

/** `, did you mean \`…\`?` where one of the words is close, else nothing. */
export function didYouMean(word: string, words: Iterable<string>): string {
  const found = nearest(word, words);
  return found === undefined ? '' : `, did you mean \`${found}\`?`;
}
