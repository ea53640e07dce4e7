/** Kafka's compression types; `none` is the absence of a codec. */
export type CodecName = 'gzip' | 'snappy' | 'lz4' | 'zstd';

/** Those, and the others of Avro's containers. */
export type AnyCodecName = CodecName | 'deflate' | 'null';

/** Reads and writes one compression type. */
export interface Codec<Name extends AnyCodecName = AnyCodecName> {
  readonly name: Name;
  /** @throws CodecError */
  compress(bytes: Uint8Array): Promise<Buffer>;
  /**
   * Never returns, and never allocates much more than, `bytesMax`.
   * @throws CodecError
   */
  decompress(bytes: Uint8Array, bytesMax: number): Promise<Buffer>;
}

const problems = {
  damaged: 'the compressed bytes are damaged',
  too_large: 'the decompressed bytes exceed `limits.batchBytes`',
  unavailable: 'its native package is missing',
} as const;

export type CodecProblem = keyof typeof problems;

/** Bytes that cannot be compressed or decompressed; the message names the codec. */
export class CodecError extends Error {
  override readonly name = 'CodecError';
  readonly codec: AnyCodecName;
  readonly problem: CodecProblem;

  constructor(
    codec: AnyCodecName,
    problem: CodecProblem,
    options: { detail?: string; cause?: unknown },
  ) {
    const detail = options.detail === undefined ? '' : `: ${options.detail}`;
    super(`${codec}: ${problems[problem]}${detail}`, { cause: options.cause });
    this.codec = codec;
    this.problem = problem;
  }
}
