import { StoreError } from '../../store/StoreError';
import { decideBuild } from '../../store/__testUtils__/queueBuild';
import { describeApi } from '../__testUtils__/describeApi';

describeApi('commands', current => {
  const canceled = async () => {
    const id = await current.api.start({ revision: 'a'.repeat(40) });
    await current.api.store.requestCancel(id, 'user:default/owner');
    await decideBuild(current.api.store, id);
    const { build } = (await current.api.store.getBuild(id))!;
    expect(build.phase).toBe('Canceled');
    return id;
  };

  it('cancels, and again without an error', async () => {
    const { api } = current;
    const id = await api.start();
    const first = await api.post(`/v1/builds/${id}/cancel`, { body: {} });
    expect(first.status).toBe(202);
    expect(first.body).toMatchObject({
      cancelRequestedBy: 'user:default/owner',
      allowed: { cancel: false },
    });
    const again = await api.post(`/v1/builds/${id}/cancel`, { as: 'admin' });
    expect(again.status).toBe(202);
    expect(again.body.cancelRequestedBy).toBe('user:default/owner');
    expect(api.controller.wake).toHaveBeenLastCalledWith(id);
    expect(api.audit.map(entry => entry.eventId)).toContain('build-cancel');
  });

  it('retries and rebuilds a finished build', async () => {
    const { api } = current;
    const id = await canceled();
    const retry = await api.post(`/v1/builds/${id}/retry`);
    expect(retry.status).toBe(201);
    expect(retry.body).toMatchObject({
      number: 2,
      trigger: { kind: 'Retry', by: 'user:default/owner' },
      retryOf: { id, number: 1 },
    });
    const headers = { 'idempotency-key': 'once' };
    const rebuild = await api.post(`/v1/builds/${id}/rebuild`, { headers });
    expect(rebuild.status).toBe(201);
    expect(rebuild.body.trigger).toMatchObject({ kind: 'Rebuild' });
    const again = await api.post(`/v1/builds/${id}/rebuild`, { headers });
    expect(again.status).toBe(200);
    expect(again.body.id).toBe(rebuild.body.id);
  });

  it.each(['retry', 'rebuild'])('does not %s a running one', async verb => {
    const id = await current.api.start();
    const { status, body } = await current.api.post(`/v1/builds/${id}/${verb}`);
    expect(status).toBe(409);
    expect(body.error.code).toBe('InvalidState');
    expect(await current.api.countBuilds()).toBe(1);
  });

  it('says why a build cannot be canceled any more', async () => {
    const { api } = current;
    const id = await api.start();
    jest
      .spyOn(api.store, 'requestCancel')
      .mockRejectedValue(new StoreError('InvalidState', 'Its tags move.'));
    const { status, body } = await api.post(`/v1/builds/${id}/cancel`);
    expect(status).toBe(409);
    expect(body.error).toMatchObject({
      code: 'InvalidState',
      message: 'Its tags move.',
    });
  });

  it.each(['cancel', 'retry', 'rebuild'])(
    'refuses to %s for others, without a token, and with a body',
    async verb => {
      const { api } = current;
      const id = await canceled();
      const path = `/v1/builds/${id}/${verb}`;
      expect((await api.post(path, { as: 'stranger' })).status).toBe(403);
      expect((await api.post(path, { as: 'nobody' })).status).toBe(401);
      const { status, body } = await api.post(path, { body: { force: true } });
      expect(status).toBe(400);
      expect(body.error.field).toBe('force');
      expect(await api.countBuilds()).toBe(1);
    },
  );
});
