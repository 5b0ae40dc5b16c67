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
    root: {
      width: '100%',
      borderCollapse: 'collapse',
      tableLayout: 'fixed',
      fontSize: 14,
      lineHeight: '21px',
      fontVariantNumeric: 'tabular-nums',
      '& th': {
        height: 38,
        padding: '0 8px',
        textAlign: 'left',
        fontSize: 12,
        fontWeight: 500,
        color: t.secondary,
        borderBottom: `1px solid ${t.hairline}`,
      },
      '& td': { padding: '10px 8px', verticalAlign: 'top' },
      '& th:first-child, & td:first-child': { paddingLeft: 20 },
      '& tbody tr': {
        borderBottom: `1px solid ${t.hairline}`,
        transition: 'background-color 150ms',
      },
      '& tbody tr:hover, & tbody tr:focus-within': {
        backgroundColor: t.hover,
      },
    },
    status: { width: 132 },
    by: { width: '15%' },
    variants: { width: 272 },
    duration: { width: 92 },
    actions: { width: 108 },
    small: {
      display: 'block',
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      fontSize: 13,
      color: t.secondary,
    },
    nowrap: { whiteSpace: 'nowrap' },
    plain: { fontWeight: 400 },
    hidden: {
      position: 'absolute',
      width: 1,
      height: 1,
      overflow: 'hidden',
      clip: 'rect(0 0 0 0)',
    },
  };
});

function platformWords(builds: readonly BuildSummary[]): string {
  const names = builds[0]?.variants[0]?.platforms.map(p =>
    p.platform.replace(/^[^/]*\//, ''),
  );
  return names?.length ? ` (${names.join(', ')})` : '';
}

/** The list of builds on pages that are wide enough for columns. */
export const BuildTable = (props: {
  builds: readonly BuildSummary[];
  actions: BuildActions;
  onCancel: (build: BuildSummary) => void;
}) => {
  const { builds, actions, onCancel } = props;
  const classes = useStyles();
  return (
    <table className={classes.root} aria-label="Builds">
      <thead>
        <tr>
          <th scope="col" className={classes.status}>
            Status
          </th>
          <th scope="col">Build</th>
          <th scope="col" className={classes.by}>
            Started by
          </th>
          <th scope="col" className={classes.variants}>
            Variants
            <span className={classes.plain}>{platformWords(builds)}</span>
          </th>
          <th scope="col" className={classes.duration}>
            Duration
          </th>
          <th scope="col" className={classes.actions}>
            <span className={classes.hidden}>Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {builds.map(build => (
          <tr key={build.id}>
            <td>
              <StatusLabel status={buildStatus(build)} />
            </td>
            <td>
              <BuildTitle build={build} />
              <BuildSource build={build} />
              <BuildReason build={build} />
            </td>
            <td>
              {triggerWords(build.trigger)}
              <span className={classes.small} title={build.trigger.by}>
                {shortName(build.trigger.by)}
              </span>
            </td>
            <td>
              <VariantChips build={build} />
            </td>
            <td className={classes.nowrap}>
              <BuildDuration build={build} />
              <span className={classes.small}>
                <TimeAgo at={build.createdAt} />
              </span>
            </td>
            <td>
              <RowActions build={build} actions={actions} onCancel={onCancel} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};
