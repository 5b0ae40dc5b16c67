import { createVerify, generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Keychain } from '@buildog/oci';
import { temporaryFolder } from '../../testing/temporaryFolder';
import { acrKeychain } from './acrKeychain';
import type { CloudRequest, SendCloudRequest } from './CloudRequest';
import { ecrKeychain } from './ecrKeychain';
import { gcrKeychain } from './gcrKeychain';
import { signAwsRequest } from './signAwsRequest';

const folder = temporaryFolder();
const now = Date.UTC(2026, 0, 2, 3, 4, 5);

/** Answers by address; keeps what was asked. */
function fake(answers: Readonly<Record<string, object | number>>) {
  const asked: CloudRequest[] = [];
  const send: SendCloudRequest = async request => {
    asked.push(request);
    const answer = answers[request.url.split('?')[0]];
    return typeof answer === 'number'
      ? { status: answer, text: 'secret detail' }
      : { status: answer ? 200 : 404, text: JSON.stringify(answer ?? {}) };
  };
  return { asked, send };
}

const find = (keychain: Keychain, registry: string) =>
  keychain.find({ registry, path: 'team/app' });
const basic = (user: string, password: string) =>
  Buffer.from(`${user}:${password}`).toString('base64');

describe('ecrKeychain', () => {
  const host = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
  const api = 'https://api.ecr.eu-west-1.amazonaws.com/';
  const keys = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'SECRET' };
  const token = {
    authorizationData: [
      {
        authorizationToken: basic('AWS', 'pw'),
        expiresAt: now / 1000 + 43_200.5,
      },
    ],
  };

  it('asks for a token with a signed call, once', async () => {
    const { asked, send } = fake({ [api]: token });
    const keychain = ecrKeychain(keys, send, () => now);
    const [credential] = await Promise.all([
      find(keychain, host),
      find(keychain, host),
    ]);
    expect([credential?.username, credential?.reveal()]).toEqual(['AWS', 'pw']);
    await find(keychain, host);
    expect(asked).toHaveLength(1);
    expect(asked[0].headers).toMatchObject({
      'x-amz-target':
        'AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken',
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKID\/20260102\/eu-west-1\/ecr\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=[0-9a-f]{64}$/,
      ),
    });
    expect(JSON.stringify(asked)).not.toContain('SECRET');
  });

  it('asks again shortly before the token expires', async () => {
    let time = now;
    const { asked, send } = fake({ [api]: token });
    const keychain = ecrKeychain(keys, send, () => time);
    await find(keychain, host);
    time += 43_200_000 - 60_000;
    await find(keychain, host);
    expect(asked).toHaveLength(2);
  });

  it('takes the role of a web identity', async () => {
    const file = join(folder, 'web-token');
    writeFileSync(file, 'jwt\n');
    const { asked, send } = fake({
      'https://sts.eu-west-1.amazonaws.com/': {
        AssumeRoleWithWebIdentityResponse: {
          AssumeRoleWithWebIdentityResult: {
            Credentials: {
              AccessKeyId: 'TEMP',
              SecretAccessKey: 's',
              SessionToken: 'session',
            },
          },
        },
      },
      [api]: token,
    });
    const env = {
      AWS_WEB_IDENTITY_TOKEN_FILE: file,
      AWS_ROLE_ARN: 'arn:aws:iam::1:role/x',
    };
    await find(
      ecrKeychain(env, send, () => now),
      host,
    );
    expect(
      Object.fromEntries(new URLSearchParams(asked[0].body)),
    ).toMatchObject({
      Action: 'AssumeRoleWithWebIdentity',
      RoleArn: 'arn:aws:iam::1:role/x',
      WebIdentityToken: 'jwt',
    });
    expect(asked[1].headers).toMatchObject({
      'x-amz-security-token': 'session',
    });
  });

  it('takes the keys of the container, from where AWS has them only', async () => {
    const { asked, send } = fake({
      'http://169.254.170.2/creds': {
        AccessKeyId: 'C',
        SecretAccessKey: 's',
        Token: 't',
      },
      [api]: token,
    });
    const relative = { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/creds' };
    await find(
      ecrKeychain(relative, send, () => now),
      host,
    );
    expect(asked[0]).toMatchObject({ direct: true });
    const evil = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://evil.example/creds',
    };
    await expect(
      find(
        ecrKeychain(evil, send, () => now),
        host,
      ),
    ).rejects.toThrow(/evil\.example/);
  });

  it.each([
    'ecr.example.com',
    '123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example',
    'evil-123456789012.dkr.ecr.eu-west-1.amazonaws.com',
    '123456789012.dkr.ecr.eu-west-1.amazonaws.com:443',
    '12345.dkr.ecr.eu-west-1.amazonaws.com',
  ])('has nothing for %s', async other => {
    const { asked, send } = fake({});
    expect(await find(ecrKeychain(keys, send), other)).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('tells a refusal without what was answered, and tries again later', async () => {
    const answers: Record<string, object | number> = { [api]: 403 };
    const { send } = fake(answers);
    const keychain = ecrKeychain(keys, send, () => now);
    await expect(find(keychain, host)).rejects.toMatchObject({
      kind: 'authentication',
      message: expect.not.stringContaining('secret detail'),
    });
    answers[api] = token;
    expect(await find(keychain, host)).toBeDefined();
  });

  it('signs as AWS does', () => {
    // A vector of the get-vanilla kind, computed by hand with the published steps.
    const { headers } = signAwsRequest(
      { host: 'h', region: 'us-east-1', service: 's', target: 't', body: '{}' },
      { accessKeyId: 'A', secretAccessKey: 'K' },
      new Date(Date.UTC(2015, 7, 30, 12, 36)),
    );
    expect(headers).toMatchObject({
      'x-amz-date': '20150830T123600Z',
      host: 'h',
    });
  });
});

describe('gcrKeychain', () => {
  it('signs in as the service account of a file', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
    });
    const file = join(folder, 'account.json');
    writeFileSync(
      file,
      JSON.stringify({
        client_email: 'a@b.iam',
        private_key_id: 'id',
        private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      }),
    );
    const { asked, send } = fake({
      'https://oauth2.googleapis.com/token': {
        access_token: 'tok',
        expires_in: 3600,
      },
    });
    const env = { GOOGLE_APPLICATION_CREDENTIALS: file };
    const keychain = gcrKeychain(env, send, () => now);
    const credential = await find(keychain, 'europe-west1-docker.pkg.dev');
    expect([credential?.username, credential?.reveal()]).toEqual([
      'oauth2accesstoken',
      'tok',
    ]);
    expect(await find(keychain, 'eu.gcr.io')).toBe(credential);
    expect(asked).toHaveLength(1);
    const assertion = new URLSearchParams(asked[0].body).get('assertion') ?? '';
    const [header, claims, signature] = assertion.split('.');
    const verify = createVerify('RSA-SHA256').update(`${header}.${claims}`);
    expect(verify.verify(publicKey, signature, 'base64url')).toBe(true);
    expect(
      JSON.parse(Buffer.from(claims, 'base64url').toString()),
    ).toMatchObject({
      iss: 'a@b.iam',
      aud: 'https://oauth2.googleapis.com/token',
    });
  });

  it('asks the machine where there is one to ask', async () => {
    const { asked, send } = fake({
      'http://metadata.test/computeMetadata/v1/instance/service-accounts/default/token':
        {
          access_token: 'tok',
          expires_in: 100,
        },
    });
    const env = { GCE_METADATA_HOST: 'metadata.test' };
    expect((await find(gcrKeychain(env, send), 'gcr.io'))?.reveal()).toBe(
      'tok',
    );
    expect(asked[0]).toMatchObject({
      direct: true,
      headers: { 'metadata-flavor': 'Google' },
    });
    expect(await find(gcrKeychain({}, send), 'gcr.io')).toBeUndefined();
  });

  it.each([
    'gcr.io.evil.example',
    'evilgcr.io',
    'x.gcr.io',
    'pkg.dev',
    'a-docker.pkg.dev.evil',
  ])('has nothing for %s', async host => {
    const { asked, send } = fake({});
    const env = { GCE_METADATA_HOST: 'metadata.test' };
    expect(await find(gcrKeychain(env, send), host)).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('says of a broken file only that it is one', async () => {
    const file = join(folder, 'broken.json');
    writeFileSync(file, '{"private_key":"hush"');
    const env = { GOOGLE_APPLICATION_CREDENTIALS: file };
    await expect(
      find(gcrKeychain(env, fake({}).send), 'gcr.io'),
    ).rejects.toThrow(/no key of a service account/);
  });
});

describe('acrKeychain', () => {
  const env = {
    AZURE_TENANT_ID: 'ten',
    AZURE_CLIENT_ID: 'cli',
    AZURE_CLIENT_SECRET: 'sec',
  };
  const answers = {
    'https://login.microsoftonline.com/ten/oauth2/v2.0/token': {
      access_token: 'aad',
    },
    'https://myreg.azurecr.io/oauth2/exchange': { refresh_token: 'refresh' },
  };

  it('exchanges an identity for the registry’s own token', async () => {
    const { asked, send } = fake(answers);
    const credential = await find(acrKeychain(env, send), 'myreg.azurecr.io');
    expect([credential?.kind, credential?.reveal()]).toEqual([
      'identityToken',
      'refresh',
    ]);
    const [login, exchange] = asked.map(({ body }) =>
      Object.fromEntries(new URLSearchParams(body)),
    );
    expect(login).toMatchObject({
      grant_type: 'client_credentials',
      client_secret: 'sec',
    });
    expect(exchange).toEqual({
      grant_type: 'access_token',
      service: 'myreg.azurecr.io',
      tenant: 'ten',
      access_token: 'aad',
    });
  });

  it('proves itself by the token of its workload', async () => {
    const file = join(folder, 'federated');
    writeFileSync(file, 'jwt\n');
    const { asked, send } = fake(answers);
    const workload = {
      ...env,
      AZURE_CLIENT_SECRET: undefined,
      AZURE_FEDERATED_TOKEN_FILE: file,
    };
    await find(acrKeychain(workload, send), 'myreg.azurecr.io');
    expect(new URLSearchParams(asked[0].body).get('client_assertion')).toBe(
      'jwt',
    );
  });

  it.each([
    'azurecr.io',
    'myreg.azurecr.io.evil.example',
    'a.b.azurecr.io',
    'evil-azurecr.io',
    'my-reg.azurecr.io',
  ])('gives nothing to %s', async host => {
    const { asked, send } = fake(answers);
    expect(await find(acrKeychain(env, send), host)).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('has nothing without an identity', async () => {
    const { asked, send } = fake(answers);
    expect(
      await find(acrKeychain({}, send), 'myreg.azurecr.io'),
    ).toBeUndefined();
    expect(asked).toEqual([]);
  });
});
