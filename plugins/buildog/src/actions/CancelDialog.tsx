import { useApi } from '@backstage/core-plugin-api';
import type { BuildSummary } from '@buildog/plugin-buildog-common';
import { useEffect, useState } from 'react';
import { buildogApiRef } from '../api/buildogApiRef';
import { DialogFrame } from '../parts/DialogFrame';

/** Asks before a build is canceled. */
export const CancelDialog = (props: {
  /** The build in question; undefined closes the dialog. */
  build?: BuildSummary;
  onClose: () => void;
  onCanceled: () => void;
}) => {
  const { build, onClose, onCanceled } = props;
  const api = useApi(buildogApiRef);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const [number, setNumber] = useState(build?.number);

  useEffect(() => {
    if (build) {
      setNumber(build.number); // Kept while the dialog fades out.
      setError(undefined);
    }
  }, [build]);

  const cancel = async () => {
    setBusy(true);
    try {
      await api.cancelBuild(build!.id);
      onClose();
      onCanceled();
    } catch (e) {
      setError(e as Error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <DialogFrame
      open={Boolean(build)}
      title={`Cancel build #${number}?`}
      confirm="Cancel build"
      dismiss="Keep building"
      danger
      busy={busy}
      error={error}
      onConfirm={cancel}
      onClose={onClose}
    >
      Its tasks are stopped. Nothing is tagged; every tag stays where it is.
    </DialogFrame>
  );
};
