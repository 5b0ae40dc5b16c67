import { makeStyles, Theme } from '@material-ui/core/styles';
import type { BuildSummary } from '@buildog/plugin-buildog-common';
import { isTerminalBuildPhase } from '@buildog/plugin-buildog-common';
import { cx } from '../parts/cx';
import { Duration } from '../parts/Duration';
import { buildStatus } from '../status/status';
import { StatusIcon } from '../status/StatusIcon';
import { tokens } from '../theme/tokens';

const useStyles = makeStyles((theme: Theme) => {
  const { tones } = tokens(theme);
  const pair = ({ text, tint }: { text: string; tint: string }) => ({
    color: text,
    backgroundColor: tint,
  });
  return {
    root: {
      display: 'inline-flex',
      alignItems: 'center',
      gap: 7,
      height: 28,
      padding: '0 12px 0 8px',
      borderRadius: 14,
      fontSize: 14,
      fontWeight: 500,
      whiteSpace: 'nowrap',
      fontVariantNumeric: 'tabular-nums',
    },
    ok: pair(tones.ok),
    failed: pair(tones.failed),
    running: pair(tones.running),
    waiting: pair(tones.waiting),
    neutral: pair(tones.neutral),
  };
});

const JOINTS: Partial<Record<BuildSummary['phase'], string>> = {
  Succeeded: ' in ',
  Failed: ' after ',
  Canceled: ' after ',
};

/** "Running, 2 min 14 s", "Failed after 2 min 20 s" */
export const PhaseChip = ({ build }: { build: BuildSummary }) => {
  const classes = useStyles();
  const status = buildStatus(build);
  const ended = isTerminalBuildPhase(build.phase);
  const from = build.startedAt ?? (ended ? undefined : build.createdAt);
  return (
    <span
      className={cx(classes.root, classes[status.tone])}
      data-testid="build-phase"
    >
      <StatusIcon shape={status.shape} tone={status.tone} size={17} />
      <span>
        {status.word}
        {from && (
          <>
            {JOINTS[build.phase] ?? ', '}
            <Duration from={from} to={build.finishedAt} />
          </>
        )}
      </span>
    </span>
  );
};
