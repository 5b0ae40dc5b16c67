import type { V1Job, V1Pod } from '@kubernetes/client-node';
import { identityLabels } from '../job/labels';
import { News } from './News';

const attempt = {
  installationId: 'demo',
  buildId: 'build',
  taskId: 'task',
  attemptId: 'attempt',
  name: 'buildog-attempt',
};
const metadata = { name: attempt.name, labels: identityLabels(attempt) };

function job(more: Partial<V1Job> = {}): V1Job {
  return { metadata: { ...metadata, uid: 'job' }, ...more };
}

function pod(phase: string): V1Pod {
  return {
    metadata: {
      ...metadata,
      uid: 'pod',
      ownerReferences: [
        { apiVersion: 'batch/v1', kind: 'Job', name: attempt.name, uid: 'job' },
      ],
    },
    status: { phase },
  };
}

describe('News', () => {
  it('is not that a Job exists, nor that its counters changed', () => {
    const news = new News();
    expect(news.about(attempt, job(), [])).toBe(false);
    expect(news.about(attempt, job({ status: { active: 1 } }), [])).toBe(false);
  });

  it('is each state of the pod, once', () => {
    const news = new News();
    expect(news.about(attempt, job(), [pod('Pending')])).toBe(true);
    expect(
      news.about(attempt, job({ status: { active: 1 } }), [pod('Pending')]),
    ).toBe(false);
    expect(news.about(attempt, job(), [pod('Running')])).toBe(true);
  });

  it('is that the pod went, and that the Job is being removed', () => {
    const news = new News();
    news.about(attempt, job(), [pod('Running')]);
    expect(news.about(attempt, job(), [])).toBe(true);
    const removing = job();
    removing.metadata!.deletionTimestamp = new Date();
    expect(news.about(attempt, removing, [])).toBe(true);
  });

  it('is a finished Job that was never heard of before', () => {
    const finished = job({
      status: { conditions: [{ type: 'Complete', status: 'True' }] },
    });
    expect(new News().about(attempt, finished, [])).toBe(true);
  });

  it('begins anew with a Job that was made again', () => {
    const news = new News();
    news.about(attempt, job(), [pod('Pending')]);
    news.forget(attempt.attemptId);
    expect(news.about(attempt, job(), [])).toBe(false);
    expect(news.about(attempt, job(), [pod('Pending')])).toBe(true);
  });
});
