import { makeStyles, Theme } from '@material-ui/core/styles';
import type { BuildSummary } from '@buildog/plugin-buildog-common';
import type { BuildActions } from '../actions/useBuildActions';
import { StatusLabel } from '../parts/StatusLabel';
import { TimeAgo } from '../parts/TimeAgo';
import { buildStatus } from '../status/status';
import { shortName, triggerWords } from '../text/names';
import { tokens } from '../theme/tokens';
import { BuildReason, BuildSource, BuildTitle } from './BuildCells';
import { BuildDuration } from './BuildDuration';
import { RowActions } from './RowActions';
import { VariantChips } from './VariantChips';

const useStyles = makeStyles((theme: Theme) => {
  const t = tokens(theme);
  return {
    root: { margin: 0, padding: 0, listStyle: 'none' },
    card: {
      display: 'grid',
      gap: 4,
      padding: '6px 16px 14px',
      borderBottom: `1px solid ${t.hairline}`,
      fontSize: 14,
      lineHeight: '20px',
      fontVariantNumeric: 'tabular-nums',
    },
    head: {
      display: 'flex',
      alignItems: 'center',
      minHeight: 44,
      marginRight: -12,
    },
    time: { marginLeft: 'auto', textAlign: 'right' },
    small: { fontSize: 13, color: t.secondary },
    ago: { marginLeft: 8 },
  };
});

/** The list of builds on narrow pages. */
export const BuildCards = (props: {
  builds: readonly BuildSummary[];
  actions: BuildActions;
  onCancel: (build: BuildSummary) => void;
}) => {
  const { builds, actions, onCancel } = props;
  const classes = useStyles();
  return (
    <ul className={classes.root} aria-label="Builds">
      {builds.map(build => (
        <li key={build.id} className={classes.card}>
          <div className={classes.head}>
            <StatusLabel status={buildStatus(build)} />
            <span className={classes.time}>
              <BuildDuration build={build} />
              <span className={`${classes.small} ${classes.ago}`}>
                <TimeAgo at={build.createdAt} />
              </span>
            </span>
            <RowActions
              build={build}
              actions={actions}
              onCancel={onCancel}
              menuOnly
            />
          </div>
          <BuildTitle build={build} />
          <BuildSource build={build} />
          <BuildReason build={build} />
          <span className={classes.small}>
            {triggerWords(build.trigger)}, {shortName(build.trigger.by)}
          </span>
          <VariantChips build={build} />
        </li>
      ))}
    </ul>
  );
};
