import { alertApiRef, useApi } from '@backstage/core-plugin-api';
import type {
  BranchesResponse,
  StartBuildRequest,
} from '@buildog/plugin-buildog-common';
import { useState } from 'react';
import type { BuildActions } from '../actions/useBuildActions';
import { SplitButton } from '../parts/SplitButton';
import { OptionsDialog } from './OptionsDialog';

/** Branches offered at once; the dialog has all of them. */
const MENU_SIZE = 8;

/** Builds the default branch, or another one from its menu. */
export const StartButton = (props: {
  entityRef: string;
  name: string;
  defaultBranch?: string;
  branches: BranchesResponse['branches'];
  actions: BuildActions;
  className?: string;
}) => {
  const { entityRef, name, defaultBranch, branches, actions } = props;
  const alerts = useApi(alertApiRef);
  const [open, setOpen] = useState(false);

  const start = (request: Omit<StartBuildRequest, 'entityRef'>) =>
    actions.start({ entityRef, ...request });
  const startNow = (branch?: string) => {
    start(branch ? { branch } : {}).catch((error: Error) =>
      alerts.post({ message: error.message, severity: 'error' }),
    );
  };
  const others = branches
    .map(branch => branch.name)
    .filter(branch => branch !== defaultBranch);
  return (
    <>
      <SplitButton
        className={props.className}
        label={defaultBranch ? `Build ${defaultBranch}` : 'Build'}
        look="filled"
        disabled={actions.busy}
        onClick={() => startNow(defaultBranch)}
        menuLabel="Build another branch"
        actions={[
          ...others.slice(0, MENU_SIZE).map(branch => ({
            key: `branch ${branch}`,
            label: `Build ${branch}`,
            onClick: () => startNow(branch),
          })),
          {
            key: 'options',
            label: 'Another branch or commit…',
            onClick: () => setOpen(true),
          },
        ]}
      />
      <OptionsDialog
        open={open}
        name={name}
        defaultBranch={defaultBranch}
        branches={branches.map(branch => branch.name)}
        onStart={start}
        onClose={() => setOpen(false)}
      />
    </>
  );
};
