import { isPayloadFor, simpleSigningPayload } from './simpleSigning';
import {
  composeSignatureManifest,
  readSignatureLayers,
  signatureLayer,
  signatureTag,
} from './signatureManifest';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('simple signing', () => {
  it('says what is signed, the same every time', () => {
    const payload = simpleSigningPayload('r.test/app', DIGEST, {
      b: '2',
      a: '1',
    });
    expect(JSON.parse(payload.toString())).toEqual({
      critical: {
        identity: { 'docker-reference': 'r.test/app' },
        image: { 'docker-manifest-digest': DIGEST },
        type: 'cosign container image signature',
      },
      optional: { a: '1', b: '2' },
    });
    expect(
      simpleSigningPayload('r.test/app', DIGEST, { a: '1', b: '2' }),
    ).toEqual(payload);
    expect(isPayloadFor(payload, DIGEST)).toBe(true);
    expect(isPayloadFor(payload, `sha256:${'b'.repeat(64)}`)).toBe(false);
  });

  it.each(['', '[]', '{"critical":1}', '{"critical":{"type":"x"}}'])(
    'knows the payload %j for none',
    text => {
      expect(isPayloadFor(Buffer.from(text), DIGEST)).toBe(false);
    },
  );

  it('keeps layers through a manifest', () => {
    const layers = ['one', 'two'].map(text =>
      signatureLayer(Buffer.from(text), Buffer.from('signature')),
    );
    const { manifest, config } = composeSignatureManifest(layers);
    expect(readSignatureLayers(manifest.bytes)).toEqual(layers);
    expect(JSON.parse(config.bytes.toString()).rootfs.diff_ids).toEqual(
      layers.map(layer => layer.digest),
    );
    expect(signatureTag(DIGEST)).toBe(`sha256-${'a'.repeat(64)}.sig`);
  });

  it.each(['', 'null', '{"layers":"x"}', '{"layers":[{"mediaType":1}]}'])(
    'reads no signature from %j',
    text => {
      expect(readSignatureLayers(Buffer.from(text))).toEqual([]);
    },
  );
});
