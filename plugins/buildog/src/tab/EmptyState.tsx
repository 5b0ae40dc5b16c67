import { ANNOTATION_SOURCE_LOCATION, Entity } from '@backstage/catalog-model';
import { makeStyles, Theme } from '@material-ui/core/styles';
import Replay from '@material-ui/icons/Replay';
import {
  BUILDOG_CONFIG_ANNOTATION,
  BUILDOG_DOCKERFILE_ANNOTATION,
  EntityStatus,
} from '@buildog/plugin-buildog-common';
import { ActionButton } from '../parts/ActionButton';
import { CodeBlock } from '../parts/CodeBlock';
import type { Status } from '../status/status';
import { tokens } from '../theme/tokens';
import { Message } from './Message';
import { SetupCard } from './SetupCard';
import {
  addedAnnotations,
  annotationLines,
  RUNNER_SNIPPET,
  SOURCE_SNIPPET,
} from './snippets';

const useStyles = makeStyles((theme: Theme) => {
  const t = tokens(theme);
  return {
    file: { margin: '0 0 8px', fontSize: 13, fontWeight: 500 },
    note: { margin: '12px 0 20px', fontSize: 13, color: t.secondary },
    others: {
      marginTop: 20,
      padding: '10px 14px',
      border: `1px dashed ${t.fieldBorder}`,
      borderRadius: 4,
      fontSize: 13,
      lineHeight: '20px',
    },
    caption: { fontSize: 12, color: t.secondary },
  };
});

const FOUND: Status = { word: 'Found', tone: 'ok', shape: 'checkDisc' };
const USED: Status = { word: 'Used', tone: 'neutral', shape: 'check' };
const SET: Status = { word: 'Set', tone: 'running', shape: 'infoDisc' };
const MISSING: Status = { word: 'Missing', tone: 'failed', shape: 'alertDisc' };
const NOT_SET_UP = 'Builds are not set up in this portal yet.';

/** What the first build would use, as far as it is known. */
function facts(entity: Entity, status: EntityStatus) {
  const annotations = entity.metadata.annotations ?? {};
  const { defaultBranch, image } = status;
  const repositoryUrl =
    status.repositoryUrl ??
    annotations[ANNOTATION_SOURCE_LOCATION]?.replace(/^url:/, '');
  const dockerfile =
    status.dockerfile ??
    annotations[BUILDOG_DOCKERFILE_ANNOTATION] ??
    'Dockerfile';
  return [
    {
      name: 'Repository',
      status: repositoryUrl ? FOUND : MISSING,
      value: repositoryUrl
        ? `${repositoryUrl.replace(/^https?:\/\//, '')}${
            defaultBranch ? `, ${defaultBranch}` : ''
          }`
        : 'The source location is not set.',
    },
    { name: 'Dockerfile', status: USED, value: dockerfile },
    ...(image ? [{ name: 'Image', status: SET, value: image }] : []),
  ];
}

/** Why one cannot build here yet, what to add, and what would happen then. */
export const EmptyState = (props: {
  entity: Entity;
  status: EntityStatus;
  onCheck: () => void;
}) => {
  const { entity, status, onCheck } = props;
  const classes = useStyles();
  const { name } = entity.metadata;
  const check = (
    <ActionButton
      look="filled"
      icon={<Replay fontSize="small" />}
      onClick={onCheck}
    >
      Check again
    </ActionButton>
  );

  switch (status.state) {
    case 'NotEnabled':
    case 'NoSourceLocation': {
      const added = addedAnnotations(
        status.snippet ??
          (status.state === 'NotEnabled'
            ? `${BUILDOG_CONFIG_ANNOTATION}: default`
            : SOURCE_SNIPPET),
      );
      return (
        <SetupCard
          title={`${name} is not built here yet`}
          lead={
            status.message ??
            'Add one annotation. The Build button appears on this tab when the catalog has read the change.'
          }
          sideTitle="What the first build would use"
          facts={facts(entity, status)}
        >
          <p className={classes.file}>catalog-info.yaml</p>
          <CodeBlock
            yaml
            what="the annotation"
            lines={annotationLines(entity, added)}
            copy={added.join('\n')}
          />
          <p className={classes.note}>
            A merged change is read within minutes; how soon depends on the
            portal.
          </p>
          {check}
        </SetupCard>
      );
    }
    case 'NoRunner': {
      const snippet = status.snippet ?? RUNNER_SNIPPET;
      const missing = snippet.includes('runner:') ? 'runner' : 'registry';
      if (!status.mayAdminister) {
        return (
          <Message title={NOT_SET_UP}>
            Ask the people who run this portal.
          </Message>
        );
      }
      return (
        <SetupCard
          title={`No ${missing} is configured`}
          lead="Until then nothing can be built. You see this because you administer Buildog."
          sideTitle="Set-up check"
          facts={[
            {
              name: missing === 'runner' ? 'Runner' : 'Registry',
              status: MISSING,
              value: status.message ?? `No ${missing} is set.`,
            },
          ]}
          side={
            <div className={classes.others}>
              <div className={classes.caption}>Everyone else sees</div>
              {NOT_SET_UP}
            </div>
          }
        >
          <p className={classes.file}>app-config.yaml</p>
          <CodeBlock
            yaml
            what="the setting"
            lines={snippet
              .trimEnd()
              .split('\n')
              .map(text => ({ text, added: text !== 'buildog:' }))}
          />
          <p className={classes.note}>
            {missing === 'runner'
              ? 'With inCluster access the service account of this pod is used. The Helm chart makes the namespace and its roles.'
              : 'Images go to {registry}/{namespace}/{name} of the component.'}
          </p>
          {check}
        </SetupCard>
      );
    }
    default:
      return (
        <Message title={`${name} cannot be built here`} action={check}>
          {status.message}
        </Message>
      );
  }
};
