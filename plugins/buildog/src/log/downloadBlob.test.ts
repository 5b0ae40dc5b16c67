import { downloadBlob } from './downloadBlob';

it('hands the blob to the browser under its name', () => {
  const blob = new Blob(['log']);
  const revoked: string[] = [];
  URL.createObjectURL = given => (given === blob ? 'blob:1' : 'blob:other');
  URL.revokeObjectURL = url => revoked.push(url);
  const clicked: string[] = [];
  const click = jest
    .spyOn(HTMLAnchorElement.prototype, 'click')
    .mockImplementation(function record(this: HTMLAnchorElement) {
      clicked.push(`${this.download} ${this.href}`);
    });
  downloadBlob(blob, 'build-3.log');
  expect(clicked).toEqual(['build-3.log blob:1']);
  expect(revoked).toEqual(['blob:1']);
  click.mockRestore();
});
