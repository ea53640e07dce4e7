import { CodecError, type CodecName } from './codec.ts';

/**
 * Loads a native package on first use, so that a platform without it can still run with the other
 * codecs.
 */
export function lazily<T>(codec: CodecName, packageName: string, load: () => Promise<T>) {
  let loaded: Promise<T> | undefined;
  return async (): Promise<T> => {
    loaded ??= load();
    try {
      return await loaded;
    } catch (cause) {
      const detail = `install \`${packageName}\` for this platform, or use another compression`;
      throw new CodecError(codec, 'unavailable', { detail, cause });
    }
  };
}
