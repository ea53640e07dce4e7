// Bounds of one record.

/** How deep its values may be nested. */
export let depthMax: i32 = 0;
/** Items of a list. */
export let itemsMax: i32 = 0;
/** Members of an object or a map. */
export let membersMax: i32 = 0;
/** Bytes of a text. */
export let textMax: usize = 0;

export function setLimits(depth: i32, items: i32, members: i32, textBytes: i32): void {
  depthMax = depth;
  itemsMax = items;
  membersMax = members;
  textMax = <usize>textBytes;
}
