import type { MetricsService } from '@backstage/backend-plugin-api/alpha';
import type { ControllerMetrics } from '../controller/ControllerMetrics';

/** The controller's figures as OpenTelemetry instruments of Backstage. */
export function createControllerMetrics(
  metrics: MetricsService,
): ControllerMetrics {
  const finished = metrics.createCounter('buildog.builds.finished', {
    description: 'Builds that ended, by phase and reason',
  });
  const duration = metrics.createHistogram('buildog.builds.duration', {
    description: 'From request to end',
    unit: 's',
  });
  const first = metrics.createHistogram('buildog.builds.first_workload', {
    description: 'From request to the first job that a cluster accepted',
    unit: 's',
  });
  const passes = metrics.createHistogram('buildog.controller.pass', {
    description: 'One look at a build',
    unit: 'ms',
  });
  const effects = metrics.createHistogram('buildog.controller.effect', {
    description: 'One call to a cluster, registry or git server',
    unit: 'ms',
  });
  const working = metrics.createGauge('buildog.controller.working', {
    description: 'Builds this replica is working on',
  });
  const waiting = metrics.createGauge('buildog.controller.waiting', {
    description: 'Builds waiting for a place in this replica',
  });
  return {
    buildFinished(phase, reason, seconds) {
      finished.add(1, { phase, reason: reason ?? '' });
      duration.record(seconds, { phase });
    },
    firstWorkload: seconds => first.record(seconds),
    pass: (milliseconds, outcome) => passes.record(milliseconds, { outcome }),
    effect: (type, milliseconds, ok) =>
      effects.record(milliseconds, { type, ok }),
    load(now, queued) {
      working.record(now);
      waiting.record(queued);
    },
  };
}
