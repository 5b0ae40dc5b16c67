import { Fragment } from 'react';

/** A path that may break after its slashes, and elsewhere only if it must. */
export const Breakable = ({ text }: { text: string }) => (
  <>
    {text.split('/').map((part, index, parts) => (
      <Fragment key={index}>
        {part}
        {index < parts.length - 1 && (
          <>
            /<wbr />
          </>
        )}
      </Fragment>
    ))}
  </>
);
