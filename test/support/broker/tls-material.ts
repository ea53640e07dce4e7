import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { CodedError } from '../../../src/std/coded-error.ts';
import { runProgram } from './run-program.ts';

/** Paths of PEM files. `otherCa` signed nothing here: the "wrong CA" of a test. */
export interface TlsMaterial {
  readonly ca: string;
  readonly otherCa: string;
  /** What a client shows at the `ssl` door; its name there is `client`. */
  readonly clientCertificate: string;
  readonly clientKey: string;
  /** Key, certificate and CA certificate in the order Kafka's PEM key store wants. */
  readonly serverBundle: string;
  /** The same with a certificate that has run out. */
  readonly expiredBundle: string;
}

/** Makes keys and certificates for 127.0.0.1 and localhost, once a cache folder. */
export async function tlsMaterial(cacheFolder: string): Promise<TlsMaterial> {
  const folder = join(cacheFolder, 'tls-3');
  if (!existsSync(folder)) await make(folder);
  return {
    ca: join(folder, 'ca.pem'),
    otherCa: join(folder, 'other-ca.pem'),
    clientCertificate: join(folder, 'client.pem'),
    clientKey: join(folder, 'client.key'),
    serverBundle: join(folder, 'server-bundle.pem'),
    expiredBundle: join(folder, 'expired-bundle.pem'),
  };
}

async function make(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const partial = await mkdtemp(`${folder}.partial-`);
  await authority(partial, 'ca');
  await authority(partial, 'other-ca');
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1\n';
  const extensions = `${names}extendedKeyUsage=serverAuth,clientAuth\n`;
  await leaf(partial, 'server', { extensions });
  await leaf(partial, 'expired', { extensions, days: -1 });
  await leaf(partial, 'client', { extensions: 'extendedKeyUsage=clientAuth\n' });
  await bundle(partial, 'server');
  await bundle(partial, 'expired');
  // Another process may have been faster: its material is as good as ours.
  await rename(partial, folder).catch(() => rm(partial, { recursive: true, force: true }));
}

const newKey = '-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'.split(' ');

async function authority(folder: string, name: string): Promise<void> {
  const subject = ['-subj', `/CN=rehearsal-test-${name}`];
  const files = ['-keyout', `${name}.key`, '-out', `${name}.pem`];
  await openssl(folder, ['req', '-x509', ...newKey, '-days', '3650', ...subject, ...files]);
}

async function bundle(folder: string, name: string): Promise<void> {
  const parts = await Promise.all(
    [`${name}.key`, `${name}.pem`, 'ca.pem'].map((part) => readFile(join(folder, part), 'utf8')),
  );
  await writeFile(join(folder, `${name}-bundle.pem`), parts.join(''));
}

async function leaf(
  folder: string,
  name: string,
  { extensions, days = 3650 }: { readonly extensions: string; readonly days?: number },
): Promise<void> {
  const files = ['-keyout', `${name}.key`, '-out', `${name}.csr`];
  await openssl(folder, ['req', ...newKey, '-subj', `/CN=${name}`, ...files]);
  await writeFile(join(folder, `${name}.cnf`), extensions);
  const issuer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', `${days}`];
  const request = ['-in', `${name}.csr`, '-extfile', `${name}.cnf`, '-out', `${name}.pem`];
  await openssl(folder, ['x509', '-req', ...issuer, ...request]);
}

async function openssl(folder: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await runProgram('openssl', args, { cwd: folder, timeoutMs: 30_000 });
  if (code === 0) return;
  throw new CodedError(
    'broker/no-openssl',
    `openssl is needed for the broker's TLS and SASL doors, install it (\`${stderr.slice(0, 200)}\`)`,
  );
}
