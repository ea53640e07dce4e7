/** Lists of integers, one behind the other: list `i` is `items[starts[i]..starts[i + 1])`. */
export interface Lists {
  readonly starts: Int32Array;
  readonly items: Int32Array;
}

export function packLists(lists: readonly (readonly number[])[]): Lists {
  const starts = new Int32Array(lists.length + 1);
  lists.forEach((list, i) => (starts[i + 1] = (starts[i] ?? 0) + list.length));
  const items = new Int32Array(starts[lists.length] ?? 0);
  lists.forEach((list, i) => items.set(list, starts[i]));
  return { starts, items };
}

/** A view, not a copy; empty for a number there is no list of. */
export function listOf(lists: Lists, i: number): Int32Array {
  return lists.items.subarray(lists.starts[i] ?? 0, lists.starts[i + 1] ?? 0);
}
