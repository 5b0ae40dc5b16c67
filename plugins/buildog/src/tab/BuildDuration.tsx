import type { BuildSummary } from '@buildog/plugin-buildog-common';
import { Duration } from '../parts/Duration';

/** How long a build took or takes; "Not started" for one that never ran. */
export const BuildDuration = ({ build }: { build: BuildSummary }) =>
  build.startedAt ? (
    <Duration from={build.startedAt} to={build.finishedAt} />
  ) : (
    <>Not started</>
  );
