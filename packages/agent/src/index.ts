export * from './protocol';
export * from './git';
export { runAgent } from './runAgent';
