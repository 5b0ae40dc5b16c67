import { makeStyles, Theme } from '@material-ui/core/styles';
import type { Build } from '@buildog/plugin-buildog-common';
import { formatPlatform } from '@buildog/plugin-buildog-common';
import { memo } from 'react';
import { Card } from '../parts/Card';
import { CodeBlock } from '../parts/CodeBlock';
import { CopyButton } from '../parts/CopyButton';
import { Digest } from '../parts/Digest';
import { Reference } from '../parts/Reference';
import { SignedBadge } from '../parts/SignedBadge';
import { formatSize } from '../text/size';
import { tokens } from '../theme/tokens';
import { NARROW } from '../theme/widths';
import { imagesOf } from './imagesOf';

const useStyles = makeStyles((theme: Theme) => {
  const t = tokens(theme);
  return {
    copy: { display: 'flex', alignItems: 'center', gap: 4 },
    table: {
      width: '100%',
      borderCollapse: 'collapse',
      fontSize: 13,
      lineHeight: '20px',
      '& th, & td': {
        padding: '8px 16px',
        textAlign: 'left',
        verticalAlign: 'top',
      },
      '& thead th': {
        fontSize: 12,
        fontWeight: 500,
        color: t.secondary,
        borderBottom: `1px solid ${t.hairline}`,
      },
      '& tbody tr + tr': { borderTop: `1px solid ${t.hairline}` },
      '& tbody th': { fontWeight: 500, lineHeight: '22px' },
      [`@media ${NARROW}`]: {
        '& thead': { display: 'none' },
        '&, & tbody, & tr, & th, & td': { display: 'block', padding: 0 },
        '& tr': { padding: '10px 16px' },
      },
    },
    small: { color: t.secondary },
    tag: {
      display: 'inline-block',
      marginRight: 4,
      padding: '0 5px',
      borderRadius: 3,
      fontFamily: t.mono,
      fontSize: 12,
      color: theme.palette.text.primary,
      backgroundColor: t.tones.neutral.tint,
    },
    verify: { padding: '4px 16px 16px' },
    verifyText: { margin: '8px 0', fontSize: 13, color: t.secondary },
    strong: {
      marginRight: 8,
      fontWeight: 500,
      color: theme.palette.text.primary,
    },
  };
});

/** What was built: copy, verify, deploy. */
export const ImagesCard = memo(({ build }: { build: Build }) => {
  const classes = useStyles();
  const { image, digest, verifyCommand, signed } = build;
  return (
    <Card
      title="Images"
      aside={image}
      right={
        image &&
        digest && (
          <span className={classes.copy}>
            By digest
            <CopyButton
              text={`${image}@${digest}`}
              what="the image by digest"
            />
          </span>
        )
      }
    >
      <table className={classes.table} aria-label="Images">
        <thead>
          <tr>
            <th scope="col">Variant</th>
            <th scope="col">Reference</th>
            <th scope="col">Digest</th>
            <th scope="col">Platform and size</th>
            <th scope="col">Signature</th>
          </tr>
        </thead>
        <tbody>
          {imagesOf(build).map(row => (
            <tr key={row.variant}>
              <th scope="row">{row.variant}</th>
              <td>
                {row.reference ? (
                  <Reference reference={row.reference} short />
                ) : (
                  'Not tagged'
                )}
                {row.also.length > 0 && (
                  <div className={classes.small}>
                    also{' '}
                    {row.also.map(tag => (
                      <span key={tag} className={classes.tag}>
                        {tag}
                      </span>
                    ))}
                  </div>
                )}
              </td>
              <td>{row.digest && <Digest digest={row.digest} />}</td>
              <td>
                {row.tasks.map(task => (
                  <div key={task.id}>
                    {formatPlatform(task.platform)}
                    {task.size !== undefined && `, ${formatSize(task.size)}`}
                  </div>
                ))}
              </td>
              <td>
                <SignedBadge signed={signed} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {verifyCommand && (
        <div className={classes.verify}>
          <p className={classes.verifyText}>
            <span className={classes.strong}>Verify</span>
            Checks the signature with the public key of this portal.
          </p>
          <CodeBlock
            what="the command"
            copy={verifyCommand}
            lines={verifyCommand.split('\n').map(text => ({ text }))}
          />
        </div>
      )}
    </Card>
  );
});
