import Dialog from '@material-ui/core/Dialog';
import { makeStyles, Theme } from '@material-ui/core/styles';
import useMediaQuery from '@material-ui/core/useMediaQuery';
import { FormEvent, KeyboardEvent, ReactNode, useState } from 'react';
import { tokens } from '../theme/tokens';
import { NARROW } from '../theme/widths';
import { Surface } from './Surface';
import { ActionButton } from './ActionButton';

const useStyles = makeStyles((theme: Theme) => {
  const t = tokens(theme);
  return {
    paper: { width: 480, maxWidth: 'calc(100vw - 32px)' },
    full: { width: '100%', maxWidth: '100%' },
    form: { display: 'flex', flexDirection: 'column', minHeight: 0 },
    title: {
      margin: 0,
      padding: '20px 24px 8px',
      fontSize: 20,
      fontWeight: 500,
      lineHeight: '28px',
    },
    body: { padding: '0 24px 16px', fontSize: 14, overflow: 'auto' },
    error: { margin: '12px 0 0', color: t.tones.failed.text },
    actions: {
      display: 'flex',
      justifyContent: 'flex-end',
      flexWrap: 'wrap',
      gap: 8,
      padding: '12px 24px 20px',
    },
  };
});

let ids = 0;

/**
 * A small dialog with one question. Ctrl/Cmd+Enter confirms, Escape closes,
 * and the focus returns to where it was.
 */
export const DialogFrame = (props: {
  open: boolean;
  title: string;
  confirm: string;
  dismiss: string;
  danger?: boolean;
  busy?: boolean;
  error?: Error;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}) => {
  const { open, title, confirm, dismiss, danger, busy, error } = props;
  const { onConfirm, onClose, children } = props;
  const classes = useStyles();
  const narrow = useMediaQuery(NARROW);
  const [id] = useState(() => `buildog-dialog-${++ids}`);
  const onKeyDown = (event: KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 'Enter' && !busy) {
      event.preventDefault();
      onConfirm();
    }
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    onConfirm();
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      onKeyDown={onKeyDown}
      fullScreen={narrow}
      transitionDuration={150}
      aria-labelledby={id}
      classes={{ paper: narrow ? classes.full : classes.paper }}
    >
      <Surface>
        <form className={classes.form} onSubmit={onSubmit} noValidate>
          <h2 id={id} className={classes.title}>
            {title}
          </h2>
          <div className={classes.body}>
            {children}
            {error && (
              <p className={classes.error} role="alert">
                {error.message}
              </p>
            )}
          </div>
          <div className={classes.actions}>
            <ActionButton look="outlined" onClick={onClose}>
              {dismiss}
            </ActionButton>
            <ActionButton
              look={danger ? 'danger' : 'filled'}
              type="submit"
              disabled={busy}
            >
              {confirm}
            </ActionButton>
          </div>
        </form>
      </Surface>
    </Dialog>
  );
};
