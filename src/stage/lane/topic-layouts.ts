import { LAYOUTS_MAX } from './lane-words.ts';

/** The layouts that records of each topic had of late, the latest first: those that the lane tries. */
export class TopicLayouts {
  readonly #byTopic = new Map<string, number[]>();

  of(topic: string): readonly number[] {
    return this.#byTopic.get(topic) ?? NO_LAYOUTS;
  }

  add(topic: string, layout: number): void {
    const known = this.of(topic);
    if (known[0] === layout) return;
    const others = known.filter((one) => one !== layout);
    this.#byTopic.set(topic, [layout, ...others].slice(0, LAYOUTS_MAX));
  }
}

const NO_LAYOUTS: readonly number[] = [];
