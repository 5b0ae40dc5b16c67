import { makeStyles, Theme } from '@material-ui/core/styles';
import type { BuildSummary } from '@buildog/plugin-buildog-common';
import { forwardRef } from 'react';
import type { BuildActions } from '../actions/useBuildActions';
import { ActionButton } from '../parts/ActionButton';
import { Blocks } from '../parts/Blocks';
import { StaleNotice } from '../parts/StaleNotice';
import { tokens } from '../theme/tokens';
import { BuildCards } from './BuildCards';
import { BuildTable } from './BuildTable';
import type { BuildList } from './useBuildList';

const useStyles = makeStyles((theme: Theme) => {
  const t = tokens(theme);
  return {
    root: {
      borderRadius: 4,
      boxShadow: theme.shadows[1],
      backgroundColor: theme.palette.background.paper,
    },
    stale: { opacity: 0.6, transition: 'opacity 150ms' },
    empty: { padding: '32px 20px', fontSize: 14 },
    foot: {
      display: 'flex',
      alignItems: 'center',
      justifyContent: 'space-between',
      minHeight: 50,
      padding: '4px 20px',
      fontSize: 13,
      color: t.secondary,
      fontVariantNumeric: 'tabular-nums',
    },
    new: {
      display: 'flex',
      justifyContent: 'center',
      padding: 8,
      borderBottom: `1px solid ${t.hairline}`,
    },
  };
});

function rangeWords(builds: readonly BuildSummary[]): string {
  const numbers = builds.map(build => build.number);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  return low === high ? `Build ${low}` : `Builds ${low} to ${high}`;
}

/** The list with what surrounds it: new builds, errors, older pages. */
export const BuildListCard = forwardRef<
  HTMLDivElement,
  {
    list: BuildList;
    narrow: boolean;
    filtered: boolean;
    actions: BuildActions;
    onCancel: (build: BuildSummary) => void;
    onClearFilters: () => void;
  }
>(({ list, narrow, filtered, actions, onCancel, onClearFilters }, ref) => {
  const classes = useStyles();
  const { rows, waiting, live, admit, older, newer } = list;
  if (!live.value && !live.error) {
    return <Blocks heights={[38, 62, 62, 62, 62]} />;
  }
  const List = narrow ? BuildCards : BuildTable;
  return (
    <div ref={ref} className={classes.root}>
      {live.error && (
        <StaleNotice
          error={live.error}
          loadedAt={live.loadedAt}
          onRetry={live.refresh}
        />
      )}
      {waiting > 0 && (
        <div className={classes.new}>
          <ActionButton look="text" onClick={admit}>
            {waiting === 1 ? '1 new build' : `${waiting} new builds`}
          </ActionButton>
        </div>
      )}
      {rows.length > 0 && (
        <div className={live.loading ? classes.stale : undefined}>
          <List builds={rows} actions={actions} onCancel={onCancel} />
        </div>
      )}
      {live.value && rows.length === 0 && (
        <div className={classes.empty}>
          {filtered ? (
            <>
              No build matches.{' '}
              <ActionButton look="text" onClick={onClearFilters}>
                Clear filters
              </ActionButton>
            </>
          ) : (
            'Nothing has been built here yet.'
          )}
        </div>
      )}
      {rows.length > 0 && (
        <div className={classes.foot}>
          <span>{rangeWords(rows)}</span>
          <span>
            {newer && (
              <ActionButton look="text" onClick={newer}>
                Newer builds
              </ActionButton>
            )}
            {older && (
              <ActionButton look="text" onClick={older}>
                Older builds
              </ActionButton>
            )}
          </span>
        </div>
      )}
    </div>
  );
});
