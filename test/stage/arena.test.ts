import { describe, expect, test } from 'vitest';
import { Arena, SlabPool } from '../../src/stage/arena.ts';

const SLAB_BYTES = 256 * 1024;

describe('an arena', () => {
  test('gives every record bytes of its own', () => {
    const arena = new Arena(new SlabPool());
    const sizes = [10, SLAB_BYTES - 10, 1, SLAB_BYTES, 5 * SLAB_BYTES, 0, 7];
    const rooms = sizes.map((size, index) => arena.allocate(size).fill(index + 1));
    expect(rooms.map((room) => room.length)).toEqual(sizes);
    expect(rooms.every((room, index) => room.every((byte) => byte === index + 1))).toBe(true);
  });

  test('takes its memory from records that nobody needs any more, and from no others', () => {
    const pool = new SlabPool();
    const [first, second] = [new Arena(pool), new Arena(pool)];
    const rooms = [first.allocate(10), second.allocate(10)];
    first.release();
    const third = new Arena(pool).allocate(10);
    expect(third.buffer).toBe(rooms[0]?.buffer);
    expect(new Arena(pool).allocate(10).buffer).not.toBe(rooms[1]?.buffer);
  });

  test('released twice gives its memory back once', () => {
    const pool = new SlabPool();
    const arena = new Arena(pool);
    arena.allocate(10);
    arena.release();
    arena.release();
    const [one, other] = [new Arena(pool).allocate(10), new Arena(pool).allocate(10)];
    expect(one.buffer).not.toBe(other.buffer);
  });

  test('keeps no more memory than its share', () => {
    const pool = new SlabPool();
    const arena = new Arena(pool);
    const first = Array.from({ length: 100 }, () => arena.allocate(SLAB_BYTES).buffer);
    arena.release();
    const again = Array.from({ length: 100 }, () => arena.allocate(SLAB_BYTES).buffer);
    expect(again.filter((buffer) => first.includes(buffer))).toHaveLength(64);
  });
});
