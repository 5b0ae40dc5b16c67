import { makeStyles, Theme } from '@material-ui/core/styles';
import VerifiedUserOutlined from '@material-ui/icons/VerifiedUserOutlined';
import type { BuildSummary } from '@buildog/plugin-buildog-common';
import { tokens } from '../theme/tokens';
import { cx } from './cx';

const useStyles = makeStyles((theme: Theme) => {
  const { tones } = tokens(theme);
  return {
    root: {
      display: 'inline-flex',
      alignItems: 'center',
      gap: 4,
      height: 20,
      padding: '0 8px 0 6px',
      borderRadius: 10,
      fontSize: 12,
      fontWeight: 500,
      lineHeight: '20px',
      whiteSpace: 'nowrap',
    },
    Signed: { color: tones.ok.text, backgroundColor: tones.ok.tint },
    Unsigned: {
      color: tones.waiting.text,
      backgroundColor: tones.waiting.tint,
    },
    NotChecked: {
      color: tones.neutral.text,
      backgroundColor: tones.neutral.tint,
    },
    icon: { fontSize: 14 },
  };
});

const WORDS = {
  Signed: 'Signed',
  Unsigned: 'Unsigned',
  // A registry that does not answer says nothing about a signature.
  NotChecked: 'Signature not checked',
} as const;

/** Whether the image carries a signature that the portal's key verifies. */
export const SignedBadge = ({ signed }: Pick<BuildSummary, 'signed'>) => {
  const classes = useStyles();
  return (
    <span className={cx(classes.root, classes[signed])}>
      {signed === 'Signed' && (
        <VerifiedUserOutlined className={classes.icon} aria-hidden />
      )}
      {WORDS[signed]}
    </span>
  );
};
