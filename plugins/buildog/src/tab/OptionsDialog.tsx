import { makeStyles, Theme } from '@material-ui/core/styles';
import {
  COMMIT_SHA,
  ModelError,
  parseGitRef,
} from '@buildog/plugin-buildog-common';
import { useState } from 'react';
import { DialogFrame } from '../parts/DialogFrame';
import { focusRing } from '../theme/focusRing';
import { tokens } from '../theme/tokens';

const useStyles = makeStyles((theme: Theme) => {
  const t = tokens(theme);
  return {
    label: {
      display: 'block',
      margin: '8px 0 4px',
      fontSize: 13,
      fontWeight: 500,
    },
    input: {
      width: '100%',
      height: 44,
      padding: '0 12px',
      boxSizing: 'border-box',
      border: `1px solid ${t.fieldBorder}`,
      borderRadius: 4,
      backgroundColor: theme.palette.background.paper,
      color: theme.palette.text.primary,
      font: 'inherit',
      fontSize: 14,
      ...focusRing(theme),
    },
    hint: { margin: '4px 0 0', fontSize: 13, color: t.secondary },
  };
});

/** What the dialog asks for: a branch, or a commit. */
export type SourceChoice = { branch?: string; revision?: string };

/**
 * Reads what was typed: a full commit SHA is a commit, anything else that git
 * allows is a branch.
 *
 * @throws ModelError `InvalidRef` for what is neither.
 */
export function readSource(text: string): SourceChoice {
  const value = text.trim();
  return COMMIT_SHA.test(value)
    ? { revision: value }
    : { branch: parseGitRef(value) };
}

/** Builds a branch or a commit that the menu does not offer. */
export const OptionsDialog = (props: {
  open: boolean;
  name: string;
  defaultBranch?: string;
  branches: string[];
  onStart: (choice: SourceChoice) => Promise<unknown>;
  onClose: () => void;
}) => {
  const { open, name, defaultBranch, branches, onStart, onClose } = props;
  const classes = useStyles();
  const [text, setText] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();

  const confirm = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await onStart(readSource(text ?? defaultBranch ?? ''));
      onClose();
    } catch (e) {
      setError(
        e instanceof ModelError
          ? new Error(
              'Give a branch, or a full commit SHA of 40 or 64 characters.',
            )
          : (e as Error),
      );
    } finally {
      setBusy(false);
    }
  };

  return (
    <DialogFrame
      open={open}
      title={`Build ${name} with options`}
      confirm="Build"
      dismiss="Close"
      busy={busy}
      error={error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <label className={classes.label} htmlFor="buildog-source">
        Branch or commit
      </label>
      <input
        id="buildog-source"
        className={classes.input}
        list="buildog-branches"
        autoComplete="off"
        spellCheck={false}
        aria-describedby="buildog-source-hint"
        value={text ?? defaultBranch ?? ''}
        onChange={event => setText(event.target.value)}
      />
      <datalist id="buildog-branches">
        {branches.map(branch => (
          <option key={branch} value={branch} />
        ))}
      </datalist>
      <p id="buildog-source-hint" className={classes.hint}>
        A branch builds its newest commit. A commit is given by its full SHA.
      </p>
    </DialogFrame>
  );
};
