import { setTimeout as sleep } from 'node:timers/promises';
import { atRate } from '../support/atRate.ts';
import type { BenchContext } from '../support/BenchContext.ts';
import type { BuildogClient } from '../../e2e/support/BuildogClient.ts';
import type { KubeObject } from '../support/ClusterApi.ts';
import { countCpu, type CpuTimes } from '../support/cpuTimes.ts';
import { createdJobs } from '../support/createdJobs.ts';
import { now } from '../support/now.ts';
import { bareJob } from './bareJob.ts';

/** Bare Jobs a second, beside whatever rate Buildog works at. */
const BARE_PER_SECOND = 2;

/** Once the last request is answered, what has no Job after this is queued up. */
const LEFTOVER_MS = 1_000;

/** Times of one period at one rate, in ms. */
export interface AdmissionTimes {
  /** From sending POST to the end of the API server's create of the Job. */
  postToJob: number[];
  /** From sending POST to its answer. */
  postToAnswer: number[];
  /** From sending the create of a bare Job to its end in the API server. */
  bareToJob: number[];
  /** From sending that create to its answer. */
  bareToAnswer: number[];
  /** Requests that were not answered with a build. */
  refused: number;
  /** Builds without a Job one second after the last answer. */
  queuedUp: number;
  /** Of the period itself, until the last answer. */
  cpu: CpuTimes;
}

/** What to ask for, and how often. */
export interface AdmissionLoad {
  client: BuildogClient;
  revision: string;
  perSecond: number;
  seconds: number;
  /** A Job that Buildog made, for the bare ones. */
  like: KubeObject;
  /** The backend's process. */
  pid: number;
}

/** Requests builds at a steady rate, and creates bare Jobs in between. */
export async function measureAdmission(
  { api, cluster, namespace }: BenchContext,
  { client, revision, perSecond, seconds, like, pid }: AdmissionLoad,
): Promise<AdmissionTimes> {
  const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`;
  const series = `${Date.now()}-${perSecond}`;
  const countedCpu = await countCpu(pid, cluster.name);
  const [answers, bare] = await Promise.all([
    atRate({ perSecond, seconds }, async () => {
      const sent = now();
      const { status, body } = await client.request('POST', 'builds', {
        entityRef: 'component:default/small',
        revision,
      });
      return status === 201
        ? [{ id: body.id as string, sent, answered: now() }]
        : [];
    }),
    atRate(
      {
        perSecond: BARE_PER_SECOND,
        seconds,
        // Half a period of the faster one: never at the same moment.
        delayMs: 500 / perSecond,
      },
      async index => {
        const name = `bare-${series}-${index}`;
        const job = bareJob(like, name);
        const sent = now();
        await api.request('POST', jobs, job);
        return { name, sent, answered: now() };
      },
    ),
  ]);
  const cpu = await countedCpu();
  const posts = answers.flat();
  await sleep(LEFTOVER_MS);
  const existing = await api.list(jobs);
  const created = await createdJobs(cluster.auditLog, namespace);
  const jobOf = new Map(
    existing.map(({ metadata }) => [
      metadata.labels?.['buildog.dev/build'],
      metadata.name,
    ]),
  );
  const ends = posts.map(({ id }) => created.get(jobOf.get(id) ?? ''));
  return {
    postToJob: posts.flatMap(({ sent }, index) => {
      const end = ends[index];
      return end === undefined ? [] : [end - sent];
    }),
    postToAnswer: posts.map(({ sent, answered }) => answered - sent),
    bareToJob: bare.map(({ name, sent }) => {
      const end = created.get(name);
      if (end === undefined) {
        throw new Error(`the audit log does not have Job ${name}`);
      }
      return end - sent;
    }),
    bareToAnswer: bare.map(({ sent, answered }) => answered - sent),
    refused: answers.length - posts.length,
    queuedUp: ends.filter(end => end === undefined).length,
    cpu,
  };
}
