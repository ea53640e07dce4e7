import type { Consumer } from 'kafkajs';

/** A conversation whose verdict would change, and what changes it. */
export interface Flip {
  readonly change: string;
  readonly from: string;
  readonly to: string;
  readonly because: string;
  connections: number;
}

interface Hit {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly rule_index: number;
  readonly trigger: Hit | null;
}

interface JudgedRecord {
  readonly Key: Readonly<Record<string, string | number>>;
  readonly num_connections_started?: number;
  readonly evaluation: {
    readonly change: string;
    readonly decided_by: Hit | null;
    readonly flipped_by: readonly Hit[];
  };
}

const changes: readonly string[] = ['NewlyDenied', 'NewlyAllowed'];

/** Reads the output topic, as any consumer of it would, and keeps what flips. */
export class Flips {
  readonly #flips = new Map<string, Flip>();

  /** Most connections first. */
  list(): readonly Flip[] {
    return [...this.#flips.values()].toSorted((a, b) => b.connections - a.connections);
  }

  async follow(consumer: Consumer, topic: string): Promise<void> {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: false });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ message: { value } }) => {
        if (value !== null) this.add(value.toString('utf8'));
      },
    });
  }

  /** Takes one record of the output topic. */
  add(text: string): void {
    const { Key: key, evaluation, ...counts } = JSON.parse(text) as JudgedRecord;
    if (!changes.includes(evaluation.change)) return;
    const from = `${key['source_namespace']}/${key['source_name']}`;
    const to = `${key['dest_namespace']}/${key['dest_name']} ${key['proto']}/${key['dest_port']}`;
    const because = evaluation.decided_by === null ? 'several' : policyOf(evaluation.decided_by);
    const id = [evaluation.change, from, to, because].join(' ');
    const flip = this.#flips.get(id) ?? {
      change: evaluation.change,
      from: short(from),
      to: short(to),
      because,
      connections: 0,
    };
    flip.connections += counts.num_connections_started ?? 0;
    this.#flips.set(id, flip);
  }
}

/** `ledger-86c57db685-*` -> `ledger`; an address outside has no namespace. */
function short(end: string): string {
  return end.replace(/-[a-z0-9]+-\*/, '').replace(/^-\//, '');
}

function policyOf(hit: Hit): string {
  const { name, namespace } = hit.trigger ?? hit;
  const rule = hit.rule_index < 0 ? 'no rule allows it' : `rule ${hit.rule_index}`;
  return `${namespace === '' ? name : `${namespace}/${name}`} (${rule})`;
}
