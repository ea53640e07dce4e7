import { describe, expect, test } from 'vitest';
import { FramePool } from '../../src/kafka/frame-pool.ts';

const MIB = 1024 * 1024;

/** A frame, filled so that a second use of its memory shows. */
function filled(pool: FramePool, bytes: number, value: number): Buffer {
  return pool.take(bytes).fill(value);
}

describe('memory of a frame', () => {
  test('is used again once all who hold it have given it back', () => {
    const pool = new FramePool();
    const frame = filled(pool, MIB, 1);
    pool.hold(frame.buffer, 2);
    pool.giveBack(frame.buffer);
    expect(pool.take(MIB).buffer).not.toBe(frame.buffer);
    pool.giveBack(frame.buffer);
    expect(pool.take(MIB).buffer).toBe(frame.buffer);
  });

  test('that nobody holds is free at once', () => {
    const pool = new FramePool();
    const frame = filled(pool, MIB, 1);
    pool.hold(frame.buffer, 0);
    expect(pool.take(MIB).buffer).toBe(frame.buffer);
  });

  test('is never handed out while it is read, given back too often or not', () => {
    const pool = new FramePool();
    const frame = filled(pool, MIB, 1);
    pool.giveBack(frame.buffer);
    expect(pool.take(MIB).buffer).not.toBe(frame.buffer);
    pool.hold(frame.buffer, 1);
    for (let times = 0; times < 3; times += 1) pool.giveBack(frame.buffer);
    const buffers = Array.from({ length: 3 }, () => pool.take(MIB).buffer);
    expect(new Set(buffers).size).toBe(3);
  });

  test.each([
    ['a few bytes', 100],
    ['a power of two', MIB],
    ['one byte more', MIB + 1],
    ['more than is kept', 33 * MIB],
  ])('has just the size that is asked for: %s', (_name, bytes) => {
    const pool = new FramePool();
    const frame = pool.take(bytes);
    expect(frame.length).toBe(bytes);
    pool.hold(frame.buffer, 0);
    expect(pool.take(bytes).length).toBe(bytes);
  });

  test('is kept up to a bound', () => {
    const pool = new FramePool();
    const frames = Array.from({ length: 12 }, () => pool.take(4 * MIB));
    for (const { buffer } of frames) pool.hold(buffer, 0);
    const known = new Set(frames.map(({ buffer }) => buffer));
    const again = Array.from({ length: 12 }, () => pool.take(4 * MIB).buffer);
    expect(again.filter((buffer) => known.has(buffer))).toHaveLength(8);
  });
});
