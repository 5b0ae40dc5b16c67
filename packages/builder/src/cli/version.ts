/** Version of this package; the bundle is given it when it is made. */
export const version = process.env.OSSB_VERSION ?? '0.1.0';
