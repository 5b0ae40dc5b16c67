import { useApi } from '@backstage/core-plugin-api';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { useEntity } from '@backstage/plugin-catalog-react';
import { makeStyles } from '@material-ui/core/styles';
import { isTerminalBuildPhase } from '@buildog/plugin-buildog-common';
import { useState } from 'react';
import { useParams } from 'react-router-dom';
import { CancelDialog } from '../actions/CancelDialog';
import { useBuildActions } from '../actions/useBuildActions';
import { buildogApiRef } from '../api/buildogApiRef';
import { useLive } from '../live/useLive';
import { Announcer } from '../parts/Announcer';
import { Blocks } from '../parts/Blocks';
import { StaleNotice } from '../parts/StaleNotice';
import { TextLink } from '../parts/TextLink';
import { buildStatus } from '../status/status';
import { Message } from '../tab/Message';
import { NoAccess } from '../tab/NoAccess';
import { usePaths } from '../tab/paths';
import { BuildHeader } from './BuildHeader';
import { BuildNotice } from './BuildNotice';
import { HeaderActions } from './HeaderActions';
import { SucceededView } from './SucceededView';
import { TaskWorkspace } from './TaskWorkspace';

const useStyles = makeStyles({
  root: { display: 'grid', gap: 16, gridTemplateColumns: 'minmax(0, 1fr)' },
});

/** One build: how it stands, why, and its log. */
export const BuildPage = () => {
  const { entity } = useEntity();
  const entityRef = stringifyEntityRef(entity);
  const number = Number(useParams().number);
  const classes = useStyles();
  const api = useApi(buildogApiRef);
  const actions = useBuildActions();
  const paths = usePaths();
  const [canceling, setCanceling] = useState(false);
  const live = useLive({
    entityRef,
    key: `${entityRef} ${number}`,
    load: () => api.getBuildByNumber(entityRef, number),
    isRunning: build => !isTerminalBuildPhase(build.phase),
  });
  const { value: build, error } = live;

  if (!build || build.number !== number) {
    if (error?.name === 'NotAllowedError') {
      return <NoAccess entity={entity} />;
    }
    if (error?.name === 'NotFoundError' || !Number.isInteger(number)) {
      return (
        <Message title="There is no such build here.">
          Its history may have been removed.{' '}
          <TextLink to={paths.list}>All builds</TextLink>
        </Message>
      );
    }
    return error ? (
      <StaleNotice error={error} onRetry={live.refresh} />
    ) : (
      <Blocks heights={[90, 70, 420]} />
    );
  }

  const { word } = buildStatus(build);
  return (
    <div className={classes.root}>
      <Announcer text={`Build #${number}: ${word}.`} />
      {error && (
        <StaleNotice
          error={error}
          loadedAt={live.loadedAt}
          onRetry={live.refresh}
        />
      )}
      <BuildHeader
        build={build}
        actions={
          <HeaderActions
            build={build}
            actions={actions}
            onCancel={() => setCanceling(true)}
          />
        }
      />
      <BuildNotice build={build} />
      {build.phase === 'Succeeded' ? (
        <SucceededView key={build.id} build={build} actions={actions} />
      ) : (
        <TaskWorkspace key={build.id} build={build} actions={actions} />
      )}
      <CancelDialog
        build={canceling ? build : undefined}
        onClose={() => setCanceling(false)}
        onCanceled={live.refresh}
      />
    </div>
  );
};
