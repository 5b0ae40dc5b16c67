import { useApi } from '@backstage/core-plugin-api';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { useEntity } from '@backstage/plugin-catalog-react';
import { makeStyles, Theme } from '@material-ui/core/styles';
import useMediaQuery from '@material-ui/core/useMediaQuery';
import type {
  BranchesResponse,
  BuildSummary,
} from '@buildog/plugin-buildog-common';
import { isTerminalBuildPhase } from '@buildog/plugin-buildog-common';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import { CancelDialog } from '../actions/CancelDialog';
import { useBuildActions } from '../actions/useBuildActions';
import { buildogApiRef } from '../api/buildogApiRef';
import { useLive } from '../live/useLive';
import { Blocks } from '../parts/Blocks';
import { StaleNotice } from '../parts/StaleNotice';
import { tokens } from '../theme/tokens';
import { NARROW } from '../theme/widths';
import { BuildListCard } from './BuildListCard';
import { EmptyState } from './EmptyState';
import { FilterBar, FilterChoices, FilterSheet } from './FilterBar';
import {
  Filters,
  readFilters,
  STATUS_PHASES,
  TRIGGER_CHOICES,
} from './filters';
import { AskOwner, NoAccess } from './NoAccess';
import { OverviewCard } from './OverviewCard';
import { StartButton } from './StartButton';
import { useBuildList } from './useBuildList';

const useStyles = makeStyles((theme: Theme) => ({
  root: { display: 'grid', gap: 16, gridTemplateColumns: 'minmax(0, 1fr)' },
  bar: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 8 },
  space: { flex: 1, [`@media ${NARROW}`]: { display: 'none' } },
  start: { [`@media ${NARROW}`]: { flex: 1 } },
  note: { fontSize: 13, color: tokens(theme).secondary },
}));

/** Every branch of the repository; none while they cannot be read. */
function useBranches(entityRef: string, wanted: boolean): BranchesResponse {
  const api = useApi(buildogApiRef);
  const [branches, setBranches] = useState<BranchesResponse>({ branches: [] });
  useEffect(() => {
    let gone = false;
    if (wanted) {
      api.listBranches(entityRef).then(
        response => !gone && setBranches(response),
        // The menu is then short; the dialog takes any name.
        () => {},
      );
    }
    return () => {
      gone = true;
    };
  }, [api, entityRef, wanted]);
  return branches;
}

/** The Build tab's first page: what is live, and the list of builds. */
export const BuildsView = () => {
  const { entity } = useEntity();
  const entityRef = stringifyEntityRef(entity);
  const classes = useStyles();
  const narrow = useMediaQuery(NARROW);
  const api = useApi(buildogApiRef);
  const actions = useBuildActions();
  const [search, setSearch] = useSearchParams();
  const filters = useMemo(() => readFilters(search), [search]);
  const [canceling, setCanceling] = useState<BuildSummary>();
  const listElement = useRef<HTMLDivElement>(null);

  const overview = useLive({
    entityRef,
    key: entityRef,
    load: async () => {
      const [status, newest] = await Promise.all([
        api.getEntityStatus(entityRef),
        api.listBuilds({ entityRef, limit: 1 }),
      ]);
      return { status, last: newest.items[0] as BuildSummary | undefined };
    },
    isRunning: ({ last }) => !!last && !isTerminalBuildPhase(last.phase),
  });
  const list = useBuildList(entityRef, filters, listElement);
  const status = overview.value?.status;
  const last = overview.value?.last;
  const mayBuild = status?.state === 'Ready' && status.mayBuild;
  const branches = useBranches(entityRef, mayBuild);

  const setFilter = useCallback(
    (name: keyof Filters, value?: string) =>
      setSearch(
        previous => {
          const next = new URLSearchParams(previous);
          if (value) {
            next.set(name, value);
          } else {
            next.delete(name);
          }
          return next;
        },
        { replace: true },
      ),
    [setSearch],
  );

  const denied = [overview.error, list.live.error].some(
    error => error?.name === 'NotAllowedError',
  );
  if (denied) {
    return <NoAccess entity={entity} />;
  }
  if (status && status.state !== 'Ready' && !last) {
    return (
      <EmptyState entity={entity} status={status} onCheck={overview.refresh} />
    );
  }

  const names = (values: (string | undefined)[]) => [
    ...new Set(values.filter((v): v is string => Boolean(v))),
  ];
  const choices: FilterChoices = {
    status: Object.keys(STATUS_PHASES),
    branch: names([
      filters.branch,
      ...branches.branches.map(branch => branch.name),
      ...list.rows.map(build => build.branch),
    ]),
    variant: names([
      filters.variant,
      ...list.rows.flatMap(build => build.variants.map(v => v.name)),
    ]),
    trigger: Object.keys(TRIGGER_CHOICES),
  };
  const FilterControl = narrow ? FilterSheet : FilterBar;
  return (
    <div className={classes.root}>
      {overview.error && (
        <StaleNotice
          error={overview.error}
          loadedAt={overview.loadedAt}
          onRetry={overview.refresh}
        />
      )}
      {status && <OverviewCard status={status} last={last} />}
      {!status && !overview.error && <Blocks heights={[100]} />}
      {status && status.state !== 'Ready' && status.message && (
        <div className={classes.note}>{status.message}</div>
      )}
      <div className={classes.bar}>
        <FilterControl
          filters={filters}
          choices={choices}
          onChange={setFilter}
        />
        <span className={classes.space} />
        {mayBuild && (
          <StartButton
            className={classes.start}
            entityRef={entityRef}
            name={entity.metadata.title ?? entity.metadata.name}
            defaultBranch={status?.defaultBranch ?? branches.defaultBranch}
            branches={branches.branches}
            actions={actions}
          />
        )}
        {status?.state === 'Ready' && !status.mayBuild && (
          <span className={classes.note}>
            You may see these builds, not start them.{' '}
            <AskOwner entity={entity} />
          </span>
        )}
      </div>
      <BuildListCard
        ref={listElement}
        list={list}
        narrow={narrow}
        filtered={Object.values(filters).some(Boolean)}
        actions={actions}
        onCancel={setCanceling}
        onClearFilters={() => setSearch({}, { replace: true })}
      />
      <CancelDialog
        build={canceling}
        onClose={() => setCanceling(undefined)}
        onCanceled={list.live.refresh}
      />
    </div>
  );
};
