import { request, type RequestOptions } from 'node:http';
import { join } from 'node:path';

const answerTimeoutMs = 3000;

/** Does a Docker engine answer at `DOCKER_HOST`, or else where engines usually listen? */
export async function dockerAnswers(environment: NodeJS.ProcessEnv): Promise<boolean> {
  const answers = await Promise.all(placesOf(environment).map(ping));
  return answers.includes(true);
}

function placesOf(environment: NodeJS.ProcessEnv): RequestOptions[] {
  const given = environment['DOCKER_HOST'] ?? '';
  if (given !== '') {
    const { protocol, pathname, hostname, port } = new URL(given);
    return [protocol === 'unix:' ? { socketPath: pathname } : { host: hostname, port }];
  }
  const home = environment['HOME'] ?? '/';
  const runtime = environment['XDG_RUNTIME_DIR'] ?? '/run';
  return [
    { socketPath: '/var/run/docker.sock' },
    { socketPath: join(runtime, 'docker.sock') },
    { socketPath: join(home, '.docker', 'run', 'docker.sock') },
  ];
}

function ping(place: RequestOptions): Promise<boolean> {
  return new Promise((resolve) => {
    const question = request({ ...place, path: '/_ping', timeout: answerTimeoutMs }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    question.once('timeout', () => question.destroy());
    question.once('error', () => resolve(false));
    question.end();
  });
}
