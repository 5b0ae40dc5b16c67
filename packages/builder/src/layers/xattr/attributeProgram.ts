import { spawnSync } from 'node:child_process';

/** What can read and set extended attributes here: Node cannot. */
export type AttributeProgram = 'attr' | 'tar' | 'none';

let known: AttributeProgram | undefined;

/** Finds out once which programs there are: those of the package `attr`, which are quicker, or GNU tar. */
export function attributeProgram(): AttributeProgram {
  known ??= find();
  return known;
}

function find(): AttributeProgram {
  const says = (program: string) =>
    spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout ?? '';
  if (says('getfattr') && says('setfattr')) return 'attr';
  return says('tar').includes('GNU tar') ? 'tar' : 'none';
}
